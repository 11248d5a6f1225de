import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient, Queryable } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import type { CustomerId } from "@/lib/ids/id";
import { completeKey, findKey, type IdempotentRequest, insertKey } from "./idempotency-store";
import { type IdempotentAnswer, keyInUse, storedAnswer } from "./stored-answer";

/** Never waited for: the key and its answer are committed together, so nobody else ever sees the lease. */
const LEASE_MS = 60_000;

/** `stored` is what is kept for replays, where that is not the body itself; `customerId` whom it tells of. */
type Done = Readonly<{ status: number; body: string; stored?: string | undefined; customerId?: CustomerId | null }>;

/** Makes the body of what was stored. */
type OpenStored = (db: Queryable, customerId: CustomerId | null, stored: string) => Promise<string>;

/**
 * Runs work that lives in the database alone, once per key: key, change and answer are one commit. A work that throws
 * leaves the key free. Without a key it simply runs.
 */
export async function oncePerKey(
  client: DatabaseClient,
  context: AuditContext,
  request: IdempotentRequest | null,
  work: (tx: Transaction) => Promise<Done>,
  openStored: OpenStored = async (_db, _customerId, stored) => stored,
): Promise<IdempotentAnswer> {
  const done = await transact(client, context, async (tx): Promise<IdempotentAnswer | null> => {
    const hold = request && (await insertKey(tx, request, {}, LEASE_MS));
    if (request && !hold) return null;
    const { status, body, stored = body, customerId } = await work(tx);
    if (request && hold) {
      await completeKey(tx, request, hold.fence, { status, body: stored, customerId: customerId ?? null });
    }
    return { status, body, replayed: false };
  });
  return done ?? replay(client.db, request, openStored);
}

/** Outside of any transaction, so that a conflict is counted although it is refused. */
async function replay(
  db: Queryable,
  request: IdempotentRequest | null,
  openStored: OpenStored,
): Promise<IdempotentAnswer> {
  const record = request && (await findKey(db, request));
  const answer = record && storedAnswer(record);
  if (!answer) throw keyInUse();
  return { ...answer, body: await openStored(db, record.customerId, answer.body) };
}
