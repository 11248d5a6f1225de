import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import type { CustomerId } from "@/lib/ids/id";
import { completeKey, findKey, type IdempotentRequest, insertKey } from "./idempotency-store";
import { type IdempotentAnswer, keyInUse, storedAnswer } from "./stored-answer";

/** Never waited for: the key and its answer are committed together, so nobody else ever sees the lease. */
const LEASE_MS = 60_000;

/** `stored` is what is kept for replays, where that is not the body itself; `customerId` whom it tells of. */
type Done = Readonly<{ status: number; body: string; stored?: string | undefined; customerId?: CustomerId | null }>;

/** Makes the body of what was stored. */
type OpenStored = (tx: Transaction, customerId: CustomerId | null, stored: string) => Promise<string>;

/**
 * Runs work that lives in the database alone, once per key: key, change and answer are one commit. A work that throws
 * leaves the key free. Without a key it simply runs.
 */
export async function oncePerKey(
  client: DatabaseClient,
  context: AuditContext,
  request: IdempotentRequest | null,
  work: (tx: Transaction) => Promise<Done>,
  openStored: OpenStored = async (_tx, _customerId, stored) => stored,
): Promise<IdempotentAnswer> {
  return transact(client, context, async (tx) => {
    if (request && !(await insertKey(tx, request, null, LEASE_MS))) {
      const record = await findKey(tx, request);
      const answer = record && storedAnswer(record, request);
      if (!record || !answer) throw keyInUse();
      return { ...answer, body: await openStored(tx, record.customerId, answer.body) };
    }
    const { status, body, stored = body, customerId } = await work(tx);
    if (request) await completeKey(tx, request, 1, { status, body: stored, customerId: customerId ?? null });
    return { status, body, replayed: false };
  });
}
