import { and, eq, isNull, lt, type Placeholder, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { prepareOnce } from "@/db/prepare-once";
import { idempotencyKeys } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { CustomerId, MerchantId, PaymentId } from "@/lib/ids/id";

/** One request under one key. The key's scope is merchant and mode. */
export type IdempotentRequest = Readonly<{
  merchantId: MerchantId;
  mode: "test" | "live";
  key: string;
  method: string;
  path: string;
  fingerprint: Buffer;
}>;

export type KeyRecord = typeof idempotencyKeys.$inferSelect & { leaseExpired: boolean };

const leaseEnd = (seconds: number | Placeholder) => sql`now() + make_interval(secs => ${seconds}::float8)`;

function byKey({ merchantId, mode, key }: IdempotentRequest): SQL | undefined {
  return and(eq(idempotencyKeys.merchantId, merchantId), eq(idempotencyKeys.mode, mode), eq(idempotencyKeys.key, key));
}

const insertOnce = prepareOnce(
  ["merchantId", "mode", "key", "method", "path", "fingerprint", "paymentId", "leaseSeconds"],
  (db, { leaseSeconds, ...request }) =>
    db
      .insert(idempotencyKeys)
      .values({ ...request, leaseUntil: leaseEnd(leaseSeconds) })
      .onConflictDoNothing()
      .returning({ fence: idempotencyKeys.fence }),
);

/**
 * Takes the key for this request; false when it was taken before. A simultaneous call with the same key waits here until
 * the first one's transaction is decided: the unique row, not a lock elsewhere, is what lets only one through.
 */
export async function insertKey(
  tx: Transaction,
  request: IdempotentRequest,
  paymentId: PaymentId | null,
  leaseMs: number,
): Promise<boolean> {
  const inserted = await insertOnce(tx, { ...request, paymentId, leaseSeconds: leaseMs / 1000 });
  return inserted.length === 1;
}

export async function findKey(db: Queryable, request: IdempotentRequest): Promise<KeyRecord | null> {
  const [row] = await db
    .select({ record: idempotencyKeys, leaseExpired: sql<boolean>`${idempotencyKeys.leaseUntil} < now()` })
    .from(idempotencyKeys)
    .where(byKey(request));
  return row ? { ...row.record, leaseExpired: row.leaseExpired } : null;
}

/** Takes over from a holder whose lease has run out. Null when another was faster. */
export async function takeOverKey(
  tx: Transaction,
  request: IdempotentRequest,
  leaseMs: number,
): Promise<{ fence: number; heldAt: Date } | null> {
  const [row] = await tx
    .update(idempotencyKeys)
    .set({ fence: sql`${idempotencyKeys.fence} + 1`, leaseUntil: leaseEnd(leaseMs / 1000) })
    .where(and(byKey(request), isNull(idempotencyKeys.completedAt), lt(idempotencyKeys.leaseUntil, sql`now()`)))
    .returning({ fence: idempotencyKeys.fence, heldAt: sql`now()`.mapWith(idempotencyKeys.createdAt) });
  return row ?? null;
}

/**
 * Stores the answer for ever-equal replays; `customerId` names whom it tells of, so that it goes with them. False when `fence` is no longer the highest: the holder was too slow, another
 * has taken over, and whatever it was about to write must not be written.
 */
export async function completeKey(
  tx: Transaction,
  request: IdempotentRequest,
  fence: number,
  { status, body, customerId = null }: { status: number; body: string; customerId?: CustomerId | null },
): Promise<boolean> {
  const completed = await tx
    .update(idempotencyKeys)
    .set({ responseStatus: status, responseBody: body, customerId, completedAt: sql`now()` })
    .where(and(byKey(request), eq(idempotencyKeys.fence, fence), isNull(idempotencyKeys.completedAt)))
    .returning({ fence: idempotencyKeys.fence });
  return completed.length === 1;
}

/** Forgets every answer that tells of a customer. Their keys are free again. */
export async function deleteAnswersAbout(tx: Transaction, merchantId: MerchantId, id: CustomerId): Promise<void> {
  await tx
    .delete(idempotencyKeys)
    .where(and(eq(idempotencyKeys.merchantId, merchantId), eq(idempotencyKeys.customerId, id)));
}
