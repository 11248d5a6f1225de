import { and, desc, eq, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { merchants, payments, refunds } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { MerchantId, RefundId } from "@/lib/ids/id";
import type { Currency } from "@/lib/money/currency";
import { beyond, type Page, type PageRequest, toPage } from "@/lib/paging/keyset";
import type { PaymentRecord, Scope } from "./payment-store";

/** A refund with its payment's currency. */
export type RefundRecord = typeof refunds.$inferSelect & Readonly<{ currency: Currency }>;

/**
 * Writes a refund as `pending`; what it takes must be claimed from the payment in the same transaction. Its time is when it was
 * written, with the payment locked, and not when its transaction began: of two the later one is the one that came second.
 */
export async function insertRefund(
  tx: Transaction,
  id: RefundId,
  payment: PaymentRecord,
  refund: Readonly<{ amountMinor: bigint; reason: string | null; gateway: string }>,
): Promise<RefundRecord> {
  const { merchantId, mode, id: paymentId, currency } = payment;
  const written = sql`statement_timestamp()`;
  const [row] = await tx
    .insert(refunds)
    .values({ id, merchantId, mode, paymentId, status: "pending", createdAt: written, updatedAt: written, ...refund })
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

/** One page of a payment's refunds, newest first. Throws 400 `cursor_invalid`. */
export async function listRefundsOf(
  db: Queryable,
  payment: PaymentRecord,
  page: PageRequest,
): Promise<Page<RefundRecord>> {
  const rows = await db
    .select()
    .from(refunds)
    .where(
      and(
        eq(refunds.paymentId, payment.id),
        eq(refunds.merchantId, payment.merchantId),
        eq(refunds.mode, payment.mode),
        beyond(refunds, "ref", page),
      ),
    )
    .orderBy(desc(refunds.createdAt), desc(refunds.id))
    .limit(page.limit + 1);
  return toPage(
    rows.map((row) => ({ ...row, currency: payment.currency })),
    page,
  );
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

/** Holds a refund that is pending until the transaction ends; false when its outcome is known. */
export async function holdPendingRefund(tx: Transaction, id: RefundId): Promise<boolean> {
  const found = await tx
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.id, id), eq(refunds.status, "pending")))
    .for("share");
  return found.length === 1;
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

/** A refund that had succeeded and came back; false when it has not succeeded, and then nothing has changed. */
export async function failReturnedRow(tx: Transaction, id: RefundId, failureCode: string): Promise<boolean> {
  const failed = await tx
    .update(refunds)
    .set({ status: "failed", failureCode, updatedAt: sql`now()` })
    .where(and(eq(refunds.id, id), eq(refunds.status, "succeeded")))
    .returning({ id: refunds.id });
  return failed.length === 1;
}

/** Whether no money may leave, right now. Where a refund is begun it is asked with the payment locked (`lockPayment`). */
export async function isMoneyOutFrozen(db: Queryable, merchantId: MerchantId): Promise<boolean> {
  const [row] = await db
    .select({ frozenAt: merchants.moneyOutFrozenAt })
    .from(merchants)
    .where(eq(merchants.id, merchantId));
  return row?.frozenAt !== null;
}
