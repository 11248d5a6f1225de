import { and, eq, inArray, sql } from "drizzle-orm";
import { prepareOnce } from "@/db/prepare-once";
import { payments } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { PaymentId } from "@/lib/ids/id";
import { REFUNDABLE_STATUSES, REFUNDED_STATUSES } from "./state-machine";

// Every move of a payment is one conditional UPDATE: false means that it was not where the move begins, and nothing has changed.

/** What the acquirer's answer makes of a pending payment. */
export type Settlement = Readonly<{
  status: "authorized" | "captured" | "failed";
  capturedMinor: bigint;
  failureCode: string | null;
  failureMessage: string | null;
  gatewayReference: string | null;
  updatedAt: Date;
}>;

const settleOnce = prepareOnce(
  ["id", "status", "capturedMinor", "failureCode", "failureMessage", "gatewayReference", "updatedAt"],
  (db, value) =>
    db
      .update(payments)
      .set({
        status: sql`${value.status}`,
        capturedMinor: sql`${sql.param(value.capturedMinor, payments.capturedMinor)}`,
        failureCode: sql`${value.failureCode}`,
        failureMessage: sql`${value.failureMessage}`,
        gatewayReference: sql`${value.gatewayReference}`,
        updatedAt: sql`${sql.param(value.updatedAt, payments.updatedAt)}`,
      })
      .where(and(eq(payments.id, value.id), eq(payments.status, "pending")))
      .returning({ id: payments.id }),
);

/**
 * Settles a pending payment. Where the card's number was waiting for this, or is not to outlive an authorisation, a trigger
 * shreds it in the same transaction.
 */
export async function settlePayment(tx: Transaction, id: PaymentId, settlement: Settlement): Promise<boolean> {
  const settled = await settleOnce(tx, { id, ...settlement });
  return settled.length === 1;
}

/** Holds a payment that is pending until the transaction ends; false when it is settled. */
export async function holdPendingPayment(tx: Transaction, id: PaymentId): Promise<boolean> {
  const found = await tx
    .select({ id: payments.id })
    .from(payments)
    .where(and(eq(payments.id, id), eq(payments.status, "pending")))
    .for("share");
  return found.length === 1;
}

/** Takes or lets go what is held; false when it is held no more. */
export async function settleHold(
  tx: Transaction,
  id: PaymentId,
  settled: Readonly<{ status: "captured" | "voided"; capturedMinor: bigint; updatedAt: Date }>,
): Promise<boolean> {
  const moved = await tx
    .update(payments)
    .set(settled)
    .where(and(eq(payments.id, id), eq(payments.status, "authorized")))
    .returning({ id: payments.id });
  return moved.length === 1;
}

/** Claims some of what was taken for a refund; false when so much is not left, counting what others have claimed. */
export async function claimForRefund(tx: Transaction, id: PaymentId, amountMinor: bigint): Promise<boolean> {
  const claimed = await tx
    .update(payments)
    .set({ refundPendingMinor: sql`${payments.refundPendingMinor} + ${amountMinor.toString()}::numeric` })
    .where(
      and(
        eq(payments.id, id),
        inArray(payments.status, [...REFUNDABLE_STATUSES]),
        sql`${payments.capturedMinor} - ${payments.refundedMinor} - ${payments.refundPendingMinor} >= ${amountMinor.toString()}::numeric`,
      ),
    )
    .returning({ id: payments.id });
  return claimed.length === 1;
}

/** Turns a claim into money given back; the status follows from what is left. */
export async function settleClaim(tx: Transaction, id: PaymentId, amountMinor: bigint): Promise<boolean> {
  const amount = sql`${amountMinor.toString()}::numeric`;
  const moved = await tx
    .update(payments)
    .set({
      refundedMinor: sql`${payments.refundedMinor} + ${amount}`,
      refundPendingMinor: sql`${payments.refundPendingMinor} - ${amount}`,
      status: sql`case when ${payments.refundedMinor} + ${amount} = ${payments.capturedMinor} then 'refunded' else 'partially_refunded' end`,
      updatedAt: sql`now()`,
    })
    .where(
      and(
        eq(payments.id, id),
        inArray(payments.status, [...REFUNDABLE_STATUSES]),
        sql`${payments.refundPendingMinor} >= ${amount}`,
      ),
    )
    .returning({ id: payments.id });
  return moved.length === 1;
}

/** Gives a claim back: the refund was refused. */
export async function releaseClaim(tx: Transaction, id: PaymentId, amountMinor: bigint): Promise<boolean> {
  const amount = sql`${amountMinor.toString()}::numeric`;
  const moved = await tx
    .update(payments)
    .set({ refundPendingMinor: sql`${payments.refundPendingMinor} - ${amount}` })
    .where(and(eq(payments.id, id), sql`${payments.refundPendingMinor} >= ${amount}`))
    .returning({ id: payments.id });
  return moved.length === 1;
}

/** Takes back what had been given back and did not arrive; the status follows from what is still given back. */
export async function returnRefunded(tx: Transaction, id: PaymentId, amountMinor: bigint): Promise<boolean> {
  const amount = sql`${amountMinor.toString()}::numeric`;
  const moved = await tx
    .update(payments)
    .set({
      refundedMinor: sql`${payments.refundedMinor} - ${amount}`,
      status: sql`case when ${payments.refundedMinor} = ${amount} then 'captured' else 'partially_refunded' end`,
      updatedAt: sql`now()`,
    })
    .where(
      and(
        eq(payments.id, id),
        inArray(payments.status, [...REFUNDED_STATUSES]),
        sql`${payments.refundedMinor} >= ${amount}`,
      ),
    )
    .returning({ id: payments.id });
  return moved.length === 1;
}
