import type { Transaction } from "@/db/transact";
import { insertEvent } from "@/lib/events/event-store";
import type { ChargeOutcome } from "@/lib/gateway/payment-gateway";
import type { PaymentId } from "@/lib/ids/id";
import { type Settlement, settlePayment } from "./payment-moves-store";
import { paymentResource } from "./payment-resource";
import { lockPayment, type PaymentRecord, type Scope } from "./payment-store";

/** A payment by its id, in its merchant's and mode's scope. */
export type PaymentRef = Scope & Readonly<{ id: PaymentId }>;

/** What stands after an attempt to settle, and whether it was this attempt that made it so. */
export type Settled<Subject> = Readonly<{ changed: boolean; now: Subject }>;

/**
 * Settles a pending payment by the acquirer's own word: its answer, a look-up by our id, or a verified callback. A payment
 * that is settled already stays as it is, whatever the word (a late "failed" after a capture); an unknown outcome changes
 * nothing. Null when there is no such payment.
 */
export async function settlePendingPayment(
  tx: Transaction,
  { id, ...scope }: PaymentRef,
  outcome: ChargeOutcome,
): Promise<Settled<PaymentRecord> | null> {
  const payment = await lockPayment(tx, scope, id);
  if (!payment) return null;
  const settlement = payment.status === "pending" ? settlementOf(payment, outcome, payment.lockedAt) : null;
  if (settlement === null) return { changed: false, now: payment };
  if (!(await writeSettlement(tx, payment, settlement))) throw new Error("a locked payment moved");
  return { changed: true, now: { ...payment, ...settlement } };
}

/** What an outcome makes of a pending payment; null when it is not known. */
export function settlementOf(payment: PaymentRecord, outcome: ChargeOutcome, updatedAt: Date): Settlement | null {
  switch (outcome.kind) {
    case "approved":
      return {
        status: outcome.state,
        capturedMinor: outcome.state === "captured" ? payment.amountMinor : 0n,
        failureCode: null,
        failureMessage: null,
        gatewayReference: outcome.gatewayReference,
        updatedAt,
      };
    case "declined":
      return {
        status: "failed",
        capturedMinor: 0n,
        failureCode: outcome.code,
        failureMessage: outcome.message,
        gatewayReference: outcome.gatewayReference,
        updatedAt,
      };
    case "unknown":
      return null;
  }
}

/**
 * Everything that changes when a pending payment is settled, in one packet. False when it was pending no more: the caller
 * must then undo the transaction, which holds an event of what has not happened.
 */
export async function writeSettlement(
  tx: Transaction,
  payment: PaymentRecord,
  settlement: Settlement,
): Promise<boolean> {
  const { merchantId, mode, id: resourceId } = payment;
  const data = paymentResource({ ...payment, ...settlement });
  const [isSettled] = await Promise.all([
    settlePayment(tx, payment.id, settlement),
    insertEvent(tx, { scope: { merchantId, mode }, type: `payment.${settlement.status}`, resourceId, data }),
  ]);
  return isSettled;
}
