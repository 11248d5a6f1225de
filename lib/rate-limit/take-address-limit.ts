import type { Quota } from "@/lib/env";
import { addressBlock, addressNetwork } from "./address-block";
import type { LimitDecision, LimitStore } from "./limit-store";

/** How many blocks' worth a whole IPv6 network has: a holder may have 65,536 of them, and so may their neighbours. */
export const BLOCKS_PER_NETWORK = 10;

/** Takes from the quota that an address has for something, and from its network's: the block first, and what it refuses takes nothing. */
export async function takeAddressQuota(
  { take }: Pick<LimitStore, "take">,
  what: string,
  address: string | null,
  { limit, windowSeconds }: Quota,
): Promise<LimitDecision> {
  const byBlock = await take(`${what}:${addressBlock(address)}`, { limit, windowSeconds });
  const network = addressNetwork(address);
  if (!byBlock.allowed || network === null) return byBlock;
  return take(`${what}:${network}`, { limit: limit * BLOCKS_PER_NETWORK, windowSeconds });
}
