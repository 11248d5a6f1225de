import type { Transaction } from "@/db/transact";
import type { Quota } from "@/lib/env";
import { logger } from "@/lib/logging/logger";
import { recordLimitRefusal } from "@/lib/metrics/instruments";
import { RedisUnavailable } from "@/lib/redis/redis-client";
import type { LimitDecision, LimitStore } from "./limit-store";
import { POLICIES, type PolicyName, type Quotas } from "./policies";
import { takeAddressQuota } from "./take-address-limit";

/** The product's limits: the table of policies on a store. Where the store is away a policy that denies throws, for a 503. */
export type Limits = Readonly<{
  /** Takes one call of `who` from a policy. In a transaction (`tx`), see `LimitStore`. */
  take: (policy: PolicyName, who: string, tx?: Transaction) => Promise<LimitDecision>;
  /** The same for an address, and for the network that it is in. */
  takeFrom: (policy: PolicyName, address: string | null) => Promise<LimitDecision>;
}>;

export function createLimits(store: LimitStore, quotas: Quotas): Limits {
  return {
    take: (policy, who, tx) =>
      orPolicy(policy, quotas[policy], () => store.take(`${policy}:${who}`, quotas[policy], tx)),
    takeFrom: (policy, address) =>
      orPolicy(policy, quotas[policy], () => takeAddressQuota(store, policy, address, quotas[policy])),
  };
}

async function orPolicy(
  policy: PolicyName,
  { limit, windowSeconds }: Quota,
  take: () => Promise<LimitDecision>,
): Promise<LimitDecision> {
  try {
    const decision = await take();
    if (!decision.allowed) recordLimitRefusal(policy);
    return decision;
  } catch (error) {
    if (!(error instanceof RedisUnavailable) || POLICIES[policy].onOutage === "deny") throw error;
    logger.warn({ err: error, policy }, "a call was let through uncounted");
    // Nobody knows how many are left: as if it were the first, so that nobody holds back what is let through.
    return { allowed: true, remaining: limit - 1, resetSeconds: windowSeconds, retryAfterSeconds: 0 };
  }
}
