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

/** Makes the body of what was stored. Throws 409 `idempotency_key_in_use` where that has gone meanwhile. */
export type OpenStored = (db: Queryable, customerId: CustomerId | null, stored: string) => Promise<string>;

/**
 * Runs work that lives in the database alone, once per key: key, change and answer are one commit. A work that throws
 * leaves the key free. Without a key it simply runs.
 */
export async function oncePerKey(
  client: DatabaseClient,
  context: AuditContext,
  request: IdempotentRequest | null,
  work: (tx: Transaction) => Promise<Done>,
  openStored: OpenStored = asStored,
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
  const answer = request && (await answerOfKnownKey(db, request, openStored));
  if (!answer) throw keyInUse();
  return answer;
}

/**
 * What a key that was used before answers, whatever this call's body is worth today: a card may have expired since, and what
 * differs from the first request is another request, also where it is no valid one. Null when the key is free. Throws 422
 * `idempotency_key_reused` and 409 `idempotency_key_in_use`.
 */
export async function answerOfKnownKey(
  db: Queryable,
  request: IdempotentRequest,
  openStored: OpenStored = asStored,
): Promise<IdempotentAnswer | null> {
  const record = await findKey(db, request);
  if (record === null) return null;
  const answer = storedAnswer(record);
  if (answer === null) throw keyInUse();
  return { ...answer, body: await openStored(db, record.customerId, answer.body) };
}

async function asStored(_db: Queryable, _customerId: CustomerId | null, stored: string): Promise<string> {
  return stored;
}
