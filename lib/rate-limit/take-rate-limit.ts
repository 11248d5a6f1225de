import { sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import type { Quota } from "@/lib/env";

/** What a limit decided. Seconds are whole and rounded up: waiting them is always enough. */
export type LimitDecision = Readonly<{
  allowed: boolean;
  remaining: number;
  /** Until the oldest accepted call leaves the window. */
  resetSeconds: number;
  /** Until another call will be accepted; 0 when this one was. */
  retryAfterSeconds: number;
}>;

type DecisionRow = { allowed: boolean; remaining: number; reset_seconds: number; retry_after_seconds: number };

/**
 * Takes one call from the subject's exact sliding window, on the database's clock. A refused call leaves no trace.
 * One round trip, one commit; simultaneous calls of a subject are judged one after another.
 */
export async function takeRateLimit(db: Queryable, subject: string, quota: Quota): Promise<LimitDecision> {
  const [row] = await db.execute<DecisionRow>(
    sql`select * from take_rate_limit(${subject}, ${quota.limit}::int, ${quota.windowSeconds}::int)`,
  );
  if (!row) throw new Error("take_rate_limit answered no row");
  return toDecision(row);
}

export type Admission = { kind: "replayed" } | { kind: "decided"; decision: LimitDecision };

/** Spends the nonce of a rightly signed request and takes from the subject's quota: one round trip, one commit. */
export async function admitRequest(
  db: Queryable,
  request: { apiKeyId: string; nonce: string; subject: string; quota: Quota },
): Promise<Admission> {
  const { apiKeyId, nonce, subject, quota } = request;
  const [row] = await db.execute<DecisionRow & { fresh: boolean }>(
    sql`select * from admit_request(${apiKeyId}, ${nonce}, ${subject}, ${quota.limit}::int, ${quota.windowSeconds}::int)`,
  );
  if (!row) throw new Error("admit_request answered no row");
  return row.fresh ? { kind: "decided", decision: toDecision(row) } : { kind: "replayed" };
}

function toDecision(row: DecisionRow): LimitDecision {
  return {
    allowed: row.allowed,
    remaining: row.remaining,
    resetSeconds: row.reset_seconds,
    retryAfterSeconds: row.retry_after_seconds,
  };
}
