import { and, desc, eq } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { refundLimits, refunds } from "@/db/schema";
import type { RefundId } from "@/lib/ids/id";
import type { PaymentRecord } from "@/lib/payments/payment-store";

/** The refund of a payment that was begun last; null when there is none. */
export async function newestRefundOf(db: Queryable, payment: PaymentRecord): Promise<RefundId | null> {
  const [row] = await db
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.paymentId, payment.id), eq(refunds.merchantId, payment.merchantId)))
    .orderBy(desc(refunds.createdAt), desc(refunds.id))
    .limit(1);
  return row?.id ?? null;
}

/**
 * How much of a payment may still be given back without a proof, in minor units. All of its refunds count together: what is
 * over the merchant's limit in one piece is over it in several. Nothing, unless the merchant has set one for its currency.
 */
export async function refundableWithoutProof(db: Queryable, payment: PaymentRecord): Promise<bigint> {
  const left = (await stepUpAbove(db, payment)) - payment.refundedMinor - payment.refundPendingMinor;
  return left > 0n ? left : 0n;
}

async function stepUpAbove(db: Queryable, { merchantId, currency }: PaymentRecord): Promise<bigint> {
  const [row] = await db
    .select({ minor: refundLimits.stepUpAboveMinor })
    .from(refundLimits)
    .where(and(eq(refundLimits.merchantId, merchantId), eq(refundLimits.currency, currency)));
  return row?.minor ?? 0n;
}
