import { and, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { prepareOnce } from "@/db/prepare-once";
import { cards, idempotencyKeys, merchants, paymentOperations, payments } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { CardId, CustomerId, MerchantId, PaymentId } from "@/lib/ids/id";
import type { Money } from "@/lib/money/money";

export type OperationRecord = typeof paymentOperations.$inferSelect;
/** A payment with the capture or void that is under way, if any. */
export type PaymentRecord = typeof payments.$inferSelect & Readonly<{ operation: OperationRecord | null }>;
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
  /** The identity of the acquirer that will be asked. */
  gateway: string;
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
    "gateway",
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
            gateway: sql`${value.gateway}`.as("gateway"),
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
  return inserted ? { ...inserted, operation: null } : null;
}

/** Joins a payment's operation under way; the database allows one at most. */
export const ofPayment = and(eq(paymentOperations.paymentId, payments.id), eq(paymentOperations.status, "pending"));

const paymentById = prepareOnce(["id", "merchantId", "mode"], (db, value) =>
  db
    .select({ payment: payments, operation: paymentOperations })
    .from(payments)
    .leftJoin(paymentOperations, ofPayment)
    .where(and(eq(payments.id, value.id), eq(payments.merchantId, value.merchantId), eq(payments.mode, value.mode))),
);

/** A payment as this merchant and mode may see it; null for another's, exactly as for one that never was. */
export async function findPayment(db: Queryable, scope: Scope, id: PaymentId): Promise<PaymentRecord | null> {
  const [row] = await paymentById(db, { id, merchantId: scope.merchantId, mode: scope.mode });
  return row ? { ...row.payment, operation: row.operation } : null;
}

/**
 * The same, held until the end of the transaction: what it says stays true while it is decided what may be done. The
 * operation is read by a statement of its own, after the lock has been waited for, so that it is not older than the payment.
 */
export async function lockPayment(
  tx: Transaction,
  scope: Scope,
  id: PaymentId,
): Promise<(PaymentRecord & Readonly<{ lockedAt: Date; moneyOutFrozen: boolean }>) | null> {
  const [[row], [operation]] = await Promise.all([
    tx
      .select({
        payment: payments,
        lockedAt: sql`now()`.mapWith(payments.createdAt),
        moneyOutFrozen: sql<boolean>`${merchants.moneyOutFrozenAt} is not null`,
      })
      .from(payments)
      .innerJoin(merchants, eq(merchants.id, payments.merchantId))
      .where(and(eq(payments.id, id), eq(payments.merchantId, scope.merchantId), eq(payments.mode, scope.mode)))
      .for("no key update", { of: payments }),
    tx
      .select()
      .from(paymentOperations)
      .where(and(eq(paymentOperations.paymentId, id), eq(paymentOperations.status, "pending"))),
  ]);
  if (!row) return null;
  return { ...row.payment, operation: operation ?? null, lockedAt: row.lockedAt, moneyOutFrozen: row.moneyOutFrozen };
}
