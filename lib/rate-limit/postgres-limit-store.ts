import { sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import type { Quota } from "@/lib/env";
import type { LimitDecision, LimitStore } from "./limit-store";

type DecisionRow = { allowed: boolean; remaining: number; reset_seconds: number; retry_after_seconds: number };

/** Limits in Postgres, where they are by default. What is taken in a transaction that fails is given back with it. */
export function postgresLimitStore(db: Queryable): LimitStore {
  return { take: (subject, quota, tx = undefined) => takeRateLimit(tx ?? db, subject, quota) };
}

/** Takes one call from the subject's window. One round trip, one commit. */
export async function takeRateLimit(db: Queryable, subject: string, quota: Quota): Promise<LimitDecision> {
  const [row] = await db.execute<DecisionRow>(
    sql`select * from take_rate_limit(${subject}, ${quota.limit}::int, ${quota.windowSeconds}::int)`,
  );
  if (!row) throw new Error("take_rate_limit answered no row");
  return toDecision(row);
}

export type Admission = { kind: "replayed" } | { kind: "decided"; decision: LimitDecision };

type SpentNonce = Readonly<{ apiKeyId: string; nonce: string }>;

/** Spends the nonce of a rightly signed request and takes from the subject's quota: one round trip, one commit. */
export async function admitRequest(
  db: Queryable,
  request: SpentNonce & Readonly<{ subject: string; quota: Quota }>,
): Promise<Admission> {
  const { apiKeyId, nonce, subject, quota } = request;
  const [row] = await db.execute<DecisionRow & { fresh: boolean }>(
    sql`select * from admit_request(${apiKeyId}, ${nonce}, ${subject}, ${quota.limit}::int, ${quota.windowSeconds}::int)`,
  );
  if (!row) throw new Error("admit_request answered no row");
  return row.fresh ? { kind: "decided", decision: toDecision(row) } : { kind: "replayed" };
}

/** Spends a nonce alone: false when it was spent before, also at the same moment on another server. */
export async function spendNonce(db: Queryable, { apiKeyId, nonce }: SpentNonce): Promise<boolean> {
  const rows = await db.execute(sql`
    insert into request_nonces (api_key_id, nonce) values (${apiKeyId}, ${nonce}) on conflict do nothing returning 1`);
  return rows.length > 0;
}

function toDecision(row: DecisionRow): LimitDecision {
  return {
    allowed: row.allowed,
    remaining: row.remaining,
    resetSeconds: row.reset_seconds,
    retryAfterSeconds: row.retry_after_seconds,
  };
}
