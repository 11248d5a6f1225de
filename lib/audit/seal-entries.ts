import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { type ChainedEntry, chainHash, GENESIS_HASH, SYSTEM_CHAIN } from "./chain";
import { appendLinks, chainHeads, takeUnsealed, tryLockSealer } from "./chain-store";

/** How many entries one turn seals at most; after a full one there is more to do. */
export const SEAL_BATCH = 1000;

/**
 * Puts waiting entries into their chains and returns how many. Entries are written freely, so that no payment ever waits
 * for a chain; they are sealed within a second, by one server at a time, in the order of their ids as far as they are
 * there: one that commits late is sealed later.
 */
export async function sealEntries(client: DatabaseClient): Promise<number> {
  return transact(client, systemContext("sealer"), async (tx) => {
    if (!(await tryLockSealer(tx))) return 0;
    const entries = await takeUnsealed(tx, SEAL_BATCH);
    if (entries.length > 0) await seal(tx, entries);
    return entries.length;
  });
}

async function seal(tx: Transaction, entries: readonly ChainedEntry[]): Promise<void> {
  const chainOf = (entry: ChainedEntry) => entry.merchantId ?? SYSTEM_CHAIN;
  const heads = await chainHeads(tx, [...new Set(entries.map(chainOf))]);
  const last = new Map(heads.map(({ chain, sequence, hash }) => [chain, { sequence, hash }]));
  const links = entries.map((entry) => {
    const chain = chainOf(entry);
    const head = last.get(chain) ?? { sequence: 0, hash: GENESIS_HASH };
    const sequence = head.sequence + 1;
    const hash = chainHash(head.hash, chain, sequence, entry);
    last.set(chain, { sequence, hash });
    return { chain, sequence, entryId: BigInt(entry.id), hash };
  });
  await appendLinks(tx, links);
}
