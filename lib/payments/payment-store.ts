import { and, eq, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { cards, idempotencyKeys, payments } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { CardId, MerchantId, PaymentId } from "@/lib/ids/id";
import type { Money } from "@/lib/money/money";

export type PaymentRecord = typeof payments.$inferSelect;
export type Scope = Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;

export type NewPayment = Readonly<{
  id: PaymentId;
  scope: Scope;
  amount: Money;
  cardId: CardId;
  capture: boolean;
  reference: string | null;
  description: string | null;
  metadata: Record<string, string>;
}>;

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
  const { merchantId, mode } = payment.scope;
  const claimed = sql`exists (select from ${idempotencyKeys} where ${idempotencyKeys.merchantId} = ${merchantId}
    and ${idempotencyKeys.mode} = ${mode} and ${idempotencyKeys.key} = ${key} and ${idempotencyKeys.paymentId} = ${payment.id})`;
  const [inserted] = await tx
    .insert(payments)
    .select(
      tx
        .select({
          id: sql`${payment.id}`.as("id"),
          merchantId: cards.merchantId,
          mode: cards.mode,
          status: sql`'pending'`.as("status"),
          currency: sql`${payment.amount.currency}`.as("currency"),
          amountMinor: sql`${payment.amount.minor.toString()}::numeric`.as("amount_minor"),
          capturedMinor: sql`0`.as("captured_minor"),
          refundedMinor: sql`0`.as("refunded_minor"),
          capture: sql`${payment.capture}::boolean`.as("capture"),
          cardId: cards.id,
          cardBrand: cards.brand,
          cardLastFour: cards.lastFour,
          cardExpMonth: cards.expMonth,
          cardExpYear: cards.expYear,
          reference: sql`${payment.reference}::text`.as("reference"),
          description: sql`${payment.description}::text`.as("description"),
          metadata: sql`${JSON.stringify(payment.metadata)}::text::jsonb`.as("metadata"),
          failureCode: sql`null::text`.as("failure_code"),
          failureMessage: sql`null::text`.as("failure_message"),
          gatewayReference: sql`null::text`.as("gateway_reference"),
          createdAt: sql`now()`.as("created_at"),
          updatedAt: sql`now()`.as("updated_at"),
        })
        .from(cards)
        .where(and(eq(cards.id, payment.cardId), eq(cards.merchantId, merchantId), eq(cards.mode, mode), claimed)),
    )
    .returning();
  return inserted ?? null;
}

/** A payment as this merchant and mode may see it; null for another's, exactly as for one that never was. */
export async function findPayment(db: Queryable, scope: Scope, id: PaymentId): Promise<PaymentRecord | null> {
  const [row] = await db
    .select()
    .from(payments)
    .where(and(eq(payments.id, id), eq(payments.merchantId, scope.merchantId), eq(payments.mode, scope.mode)));
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

/** One conditional UPDATE: false when the payment was no longer pending, and then nothing has changed. */
export async function settlePayment(tx: Transaction, id: PaymentId, settlement: Settlement): Promise<boolean> {
  const settled = await tx
    .update(payments)
    .set(settlement)
    .where(and(eq(payments.id, id), eq(payments.status, "pending")))
    .returning({ id: payments.id });
  return settled.length === 1;
}
