import { createHash } from "node:crypto";

/**
 * The parts of an entry that its hash covers, as text exactly as Postgres prints them: the same bytes whoever reads them,
 * in whatever language. `sequence` and the hash before it bind the entry to its place.
 */
export type ChainedEntry = Readonly<{
  id: string;
  merchantId: string | null;
  action: string;
  outcome: string;
  resourceType: string;
  resourceId: string | null;
  oldValues: string | null;
  newValues: string | null;
  actorType: string;
  actorId: string | null;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  createdAt: string;
}>;

/** What the first entry of a chain follows. */
export const GENESIS_HASH = Buffer.alloc(32);

/** The chain of a merchant bears its id; entries of no merchant have one of their own. */
export const SYSTEM_CHAIN = "system";

/**
 * SHA-256 over the hash before and the entry's canonical form: a JSON array in a fixed order, so that no two entries
 * share one.
 */
export function chainHash(previous: Uint8Array, chain: string, sequence: number, entry: ChainedEntry): Buffer {
  return createHash("sha256")
    .update(previous)
    .update(canonicalEntry(chain, sequence, entry), "utf8")
    .digest();
}

function canonicalEntry(chain: string, sequence: number, e: ChainedEntry): string {
  return JSON.stringify([
    chain,
    sequence,
    e.id,
    e.merchantId,
    e.action,
    e.outcome,
    e.resourceType,
    e.resourceId,
    e.oldValues,
    e.newValues,
    e.actorType,
    e.actorId,
    e.ip,
    e.userAgent,
    e.requestId,
    e.createdAt,
  ]);
}
