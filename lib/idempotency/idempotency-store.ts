import { and, eq, isNull, lt, type Placeholder, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { prepareOnce } from "@/db/prepare-once";
import { idempotencyKeys } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { CustomerId, MerchantId, OperationId, PaymentId, RefundId } from "@/lib/ids/id";

/** One request under one key. The key's scope is merchant and mode. */
export type IdempotentRequest = Readonly<{
  merchantId: MerchantId;
  mode: "test" | "live";
  key: string;
  method: string;
  path: string;
  fingerprint: Buffer;
}>;

export type KeyRecord = Readonly<{
  /** The same method, path and body. */
  isSame: boolean;
  leaseExpired: boolean;
  paymentId: PaymentId | null;
  operationId: OperationId | null;
  refundId: RefundId | null;
  customerId: CustomerId | null;
  /** The stored answer; null while the first call is running. */
  status: number | null;
  body: string | null;
}>;

const leaseEnd = (seconds: number | Placeholder) => sql`now() + make_interval(secs => ${seconds}::float8)`;

function byKey({ merchantId, mode, key }: IdempotentRequest): SQL | undefined {
  return and(eq(idempotencyKeys.merchantId, merchantId), eq(idempotencyKeys.mode, mode), eq(idempotencyKeys.key, key));
}

/** What a key was claimed for. */
export type KeyLinks = Readonly<{ paymentId?: PaymentId; operationId?: OperationId; refundId?: RefundId }>;

/** The right to write the answer of a key, as long as no higher fence has been given out. */
export type Hold = Readonly<{
  fence: number;
  /** The database's clock when it was taken. */
  heldAt: Date;
}>;

const insertOnce = prepareOnce(
  [
    "merchantId",
    "mode",
    "key",
    "method",
    "path",
    "fingerprint",
    "paymentId",
    "operationId",
    "refundId",
    "leaseSeconds",
  ],
  (db, { leaseSeconds, ...request }) =>
    db
      .insert(idempotencyKeys)
      .values({ ...request, leaseUntil: leaseEnd(leaseSeconds) })
      .onConflictDoNothing()
      .returning({ fence: idempotencyKeys.fence, heldAt: idempotencyKeys.createdAt }),
);

/**
 * Takes the key for this request; null when it was taken before. A simultaneous call with the same key waits here until
 * the first one's transaction is decided: the unique row, not a lock elsewhere, is what lets only one through.
 */
export async function insertKey(
  tx: Transaction,
  request: IdempotentRequest,
  links: KeyLinks,
  leaseMs: number,
): Promise<Hold | null> {
  const { paymentId = null, operationId = null, refundId = null } = links;
  const ids = { paymentId, operationId, refundId };
  const [hold] = await insertOnce(tx, { ...request, ...ids, leaseSeconds: leaseMs / 1000 });
  return hold ?? null;
}

const readAndCount = prepareOnce(["merchantId", "mode", "key", "method", "path", "fingerprint"], (db, value) => {
  const scope = and(
    eq(idempotencyKeys.merchantId, value.merchantId),
    eq(idempotencyKeys.mode, value.mode),
    eq(idempotencyKeys.key, value.key),
  );
  const known = db.$with("known").as(
    db
      .select({
        isSame: sql<boolean>`${idempotencyKeys.method} = ${value.method} and ${idempotencyKeys.path} = ${value.path}
          and ${idempotencyKeys.fingerprint} = ${value.fingerprint}`.as("is_same"),
        leaseExpired: sql<boolean>`${idempotencyKeys.leaseUntil} < now()`.as("lease_expired"),
        paymentId: idempotencyKeys.paymentId,
        operationId: idempotencyKeys.operationId,
        refundId: idempotencyKeys.refundId,
        customerId: idempotencyKeys.customerId,
        status: idempotencyKeys.responseStatus,
        body: idempotencyKeys.responseBody,
      })
      .from(idempotencyKeys)
      .where(scope),
  );
  const counted = db.$with("counted").as(
    db
      .update(idempotencyKeys)
      .set({
        replays: sql`${idempotencyKeys.replays} + ${known.isSame}::int`,
        conflicts: sql`${idempotencyKeys.conflicts} + (not ${known.isSame})::int`,
        lastReplayedAt: sql`case when ${known.isSame} then now() else ${idempotencyKeys.lastReplayedAt} end`,
        lastConflictAt: sql`case when ${known.isSame} then ${idempotencyKeys.lastConflictAt} else now() end`,
      })
      .from(known)
      .where(and(scope, sql`(not ${known.isSame} or ${known.status} is not null)`))
      .returning({ key: idempotencyKeys.key }),
  );
  return db.with(known, counted).select().from(known);
});

/**
 * What is known of a key. In the same statement it is counted, for whoever looks into what a client does: a replay when the
 * answer is there, a conflict when this is another request.
 */
export async function findKey(db: Queryable, request: IdempotentRequest): Promise<KeyRecord | null> {
  const [row] = await readAndCount(db, request);
  return row ?? null;
}

/** Takes over from a holder whose lease has run out. Null when another was faster. */
export async function takeOverKey(tx: Transaction, request: IdempotentRequest, leaseMs: number): Promise<Hold | null> {
  const [row] = await tx
    .update(idempotencyKeys)
    .set({ fence: sql`${idempotencyKeys.fence} + 1`, leaseUntil: leaseEnd(leaseMs / 1000) })
    .where(and(byKey(request), isNull(idempotencyKeys.completedAt), lt(idempotencyKeys.leaseUntil, sql`now()`)))
    .returning({ fence: idempotencyKeys.fence, heldAt: sql`now()`.mapWith(idempotencyKeys.createdAt) });
  return row ?? null;
}

const completeOnce = prepareOnce(["merchantId", "mode", "key", "fence", "status", "body", "customerId"], (db, value) =>
  db
    .update(idempotencyKeys)
    .set({
      responseStatus: sql`${value.status}`,
      responseBody: sql`${value.body}`,
      customerId: sql`${value.customerId}`,
      completedAt: sql`now()`,
    })
    .where(
      and(
        eq(idempotencyKeys.merchantId, value.merchantId),
        eq(idempotencyKeys.mode, value.mode),
        eq(idempotencyKeys.key, value.key),
        eq(idempotencyKeys.fence, value.fence),
        isNull(idempotencyKeys.completedAt),
      ),
    )
    .returning({ fence: idempotencyKeys.fence }),
);

/**
 * Stores the answer for ever-equal replays; `customerId` names whom it tells of, so that it goes with them. False when `fence`
 * is no longer the highest: the holder was too slow, another has taken over, and whatever it was about to write must not be
 * written.
 */
export async function completeKey(
  tx: Transaction,
  { merchantId, mode, key }: IdempotentRequest,
  fence: number,
  { status, body, customerId = null }: { status: number; body: string; customerId?: CustomerId | null },
): Promise<boolean> {
  const completed = await completeOnce(tx, { merchantId, mode, key, fence, status, body, customerId });
  return completed.length === 1;
}

/** Forgets every answer that tells of a customer. Their keys are free again. */
export async function deleteAnswersAbout(tx: Transaction, merchantId: MerchantId, id: CustomerId): Promise<void> {
  await tx
    .delete(idempotencyKeys)
    .where(and(eq(idempotencyKeys.merchantId, merchantId), eq(idempotencyKeys.customerId, id)));
}
