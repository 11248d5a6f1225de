import { and, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { prepareOnce } from "@/db/prepare-once";
import { cards, idempotencyKeys, payments } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { CardId, CustomerId, MerchantId, PaymentId } from "@/lib/ids/id";
import type { Money } from "@/lib/money/money";

export type PaymentRecord = typeof payments.$inferSelect;
export type Scope = Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;

export type NewPayment = Readonly<{
  id: PaymentId;
  scope: Scope;
  amount: Money;
  cardId: CardId;
  customerId: CustomerId | null;
  capture: boolean;
  reference: string | null;
  description: string | null;
  metadata: Record<string, string>;
}>;

const insertPending = prepareOnce(
  [
    "id",
    "merchantId",
    "mode",
    "currency",
    "amountMinor",
    "capture",
    "cardId",
    "customerId",
    "reference",
    "description",
    "metadata",
    "key",
  ],
  (db, value) =>
    db
      .insert(payments)
      .select(
        db
          .select({
            id: sql`${value.id}`.as("id"),
            merchantId: cards.merchantId,
            mode: cards.mode,
            status: sql`'pending'`.as("status"),
            currency: sql`${value.currency}`.as("currency"),
            amountMinor: sql`${value.amountMinor}::numeric`.as("amount_minor"),
            capturedMinor: sql`0`.as("captured_minor"),
            refundedMinor: sql`0`.as("refunded_minor"),
            refundPendingMinor: sql`0`.as("refund_pending_minor"),
            capture: sql`${value.capture}::boolean`.as("capture"),
            cardId: cards.id,
            cardBrand: cards.brand,
            cardLastFour: cards.lastFour,
            cardExpMonth: cards.expMonth,
            cardExpYear: cards.expYear,
            customerId: sql`${value.customerId}::text`.as("customer_id"),
            reference: sql`${value.reference}::text`.as("reference"),
            description: sql`${value.description}::text`.as("description"),
            metadata: sql`${value.metadata}::text::jsonb`.as("metadata"),
            failureCode: sql`null::text`.as("failure_code"),
            failureMessage: sql`null::text`.as("failure_message"),
            gatewayReference: sql`null::text`.as("gateway_reference"),
            createdAt: sql`now()`.as("created_at"),
            updatedAt: sql`now()`.as("updated_at"),
          })
          .from(cards)
          .where(
            and(
              eq(cards.id, value.cardId),
              eq(cards.merchantId, value.merchantId),
              eq(cards.mode, value.mode),
              isNull(cards.deletedAt),
              isNull(cards.spentAt),
              sql`exists (select from ${idempotencyKeys} where ${idempotencyKeys.merchantId} = ${value.merchantId}
                and ${idempotencyKeys.mode} = ${value.mode} and ${idempotencyKeys.key} = ${value.key}
                and ${idempotencyKeys.paymentId} = ${value.id})`,
            ),
          )
          // Deleting the card waits, and then finds this payment pending; or this finds the card deleted.
          .for("share", { of: cards }),
      )
      .returning(),
);

/**
 * Writes the payment as `pending`, if the idempotency key (when there is one) was claimed for exactly this payment in the
 * same transaction, and if the card is the merchant's. The statement travels together with the claim: whether the claim
 * won is asked in SQL, not waited for.
 */
export async function insertPendingPayment(
  tx: Transaction,
  payment: NewPayment,
  key: string,
): Promise<PaymentRecord | null> {
  const { id, scope, amount, metadata, ...order } = payment;
  const [inserted] = await insertPending(tx, {
    ...order,
    ...scope,
    id,
    key,
    currency: amount.currency,
    amountMinor: amount.minor.toString(),
    metadata: JSON.stringify(metadata),
  });
  return inserted ?? null;
}

const paymentById = prepareOnce(["id", "merchantId", "mode"], (db, value) =>
  db
    .select()
    .from(payments)
    .where(and(eq(payments.id, value.id), eq(payments.merchantId, value.merchantId), eq(payments.mode, value.mode))),
);

/** A payment as this merchant and mode may see it; null for another's, exactly as for one that never was. */
export async function findPayment(db: Queryable, scope: Scope, id: PaymentId): Promise<PaymentRecord | null> {
  const [row] = await paymentById(db, { id, ...scope });
  return row ?? null;
}

/** What the acquirer's answer makes of a pending payment. */
export type Settlement = Readonly<{
  status: "authorized" | "captured" | "failed";
  capturedMinor: bigint;
  failureCode: string | null;
  failureMessage: string | null;
  gatewayReference: string | null;
  updatedAt: Date;
}>;

/**
 * One conditional UPDATE: false when the payment was no longer pending, and then nothing has changed. Where the card's number
 * was waiting for this, or is not to outlive an authorisation, a trigger shreds it in the same transaction.
 */
export async function settlePayment(tx: Transaction, id: PaymentId, settlement: Settlement): Promise<boolean> {
  const settled = await tx
    .update(payments)
    .set(settlement)
    .where(and(eq(payments.id, id), eq(payments.status, "pending")))
    .returning({ id: payments.id });
  return settled.length === 1;
}
