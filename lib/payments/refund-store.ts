import { and, desc, eq, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { payments, refunds } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { PaymentId, RefundId } from "@/lib/ids/id";
import type { Currency } from "@/lib/money/currency";
import type { PaymentRecord, Scope } from "./payment-store";

/** A refund with its payment's currency. */
export type RefundRecord = typeof refunds.$inferSelect & Readonly<{ currency: Currency }>;

/** Writes a refund as `pending`; what it takes must be claimed from the payment in the same transaction. */
export async function insertRefund(
  tx: Transaction,
  id: RefundId,
  payment: PaymentRecord,
  refund: Readonly<{ amountMinor: bigint; reason: string | null }>,
): Promise<RefundRecord> {
  const { merchantId, mode, id: paymentId, currency } = payment;
  const [row] = await tx
    .insert(refunds)
    .values({ id, merchantId, mode, paymentId, status: "pending", ...refund })
    .returning();
  if (!row) throw new Error("the inserted refund did not come back");
  return { ...row, currency };
}

/** A refund as this merchant and mode may see it; null for another's, exactly as for one that never was. */
export async function findRefund(
  db: Queryable,
  { merchantId, mode }: Scope,
  id: RefundId,
): Promise<RefundRecord | null> {
  const [row] = await db
    .select({ refund: refunds, currency: payments.currency })
    .from(refunds)
    .innerJoin(payments, eq(payments.id, refunds.paymentId))
    .where(and(eq(refunds.id, id), eq(refunds.merchantId, merchantId), eq(refunds.mode, mode)));
  return row ? { ...row.refund, currency: row.currency } : null;
}

/** A payment's refunds, newest first, those before a place; ask for one more than is shown to learn whether there are more. */
export async function findRefundsOf(
  db: Queryable,
  { merchantId, mode }: Scope,
  paymentId: PaymentId,
  { before, limit }: Readonly<{ before: { createdAt: Date; id: string } | null; limit: number }>,
): Promise<RefundRecord[]> {
  const older =
    before &&
    sql`(${refunds.createdAt}, ${refunds.id}) < (${before.createdAt.toISOString()}::timestamptz, ${before.id})`;
  const rows = await db
    .select({ refund: refunds, currency: payments.currency })
    .from(refunds)
    .innerJoin(payments, eq(payments.id, refunds.paymentId))
    .where(
      and(
        eq(refunds.paymentId, paymentId),
        eq(refunds.merchantId, merchantId),
        eq(refunds.mode, mode),
        older ?? undefined,
      ),
    )
    .orderBy(desc(refunds.createdAt), desc(refunds.id))
    .limit(limit);
  return rows.map(({ refund, currency }) => ({ ...refund, currency }));
}

/** Locks a refund until the end of the transaction. */
export async function lockRefund(
  tx: Transaction,
  { merchantId, mode }: Scope,
  id: RefundId,
): Promise<RefundRecord | null> {
  const [row] = await tx
    .select({ refund: refunds, currency: payments.currency })
    .from(refunds)
    .innerJoin(payments, eq(payments.id, refunds.paymentId))
    .where(and(eq(refunds.id, id), eq(refunds.merchantId, merchantId), eq(refunds.mode, mode)))
    .for("no key update", { of: refunds });
  return row ? { ...row.refund, currency: row.currency } : null;
}

/** One conditional UPDATE: false when the outcome was known already, and then nothing has changed. */
export async function settleRefundRow(
  tx: Transaction,
  id: RefundId,
  outcome: Readonly<{ status: "succeeded" | "failed"; gatewayReference: string | null; failureCode: string | null }>,
): Promise<boolean> {
  const settled = await tx
    .update(refunds)
    .set({ ...outcome, updatedAt: sql`now()` })
    .where(and(eq(refunds.id, id), eq(refunds.status, "pending")))
    .returning({ id: refunds.id });
  return settled.length === 1;
}
