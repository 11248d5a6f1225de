import type { Transaction } from "@/db/transact";
import { insertEvent } from "@/lib/events/event-store";
import type { OperationOutcome } from "@/lib/gateway/payment-gateway";
import { settleOperationRow } from "./operation-store";
import { settleHold } from "./payment-moves-store";
import { paymentResource } from "./payment-resource";
import { stateOf } from "./payment-state";
import { lockPayment, type OperationRecord, type PaymentRecord } from "./payment-store";
import type { PaymentRef, Settled } from "./settle-payment";
import { move } from "./state-machine";

/**
 * Settles the capture or void that is under way by the acquirer's own word. Changes nothing when that operation is under way
 * no more, or when the outcome is unknown. Null when there is no such payment.
 */
export async function settleOperation(
  tx: Transaction,
  { id, ...scope }: PaymentRef,
  operationId: OperationRecord["id"],
  outcome: OperationOutcome,
): Promise<Settled<PaymentRecord> | null> {
  const payment = await lockPayment(tx, scope, id);
  if (!payment) return null;
  const settlement = operationSettlementOf(payment, operationId, outcome, payment.lockedAt);
  if (settlement === null) return { changed: false, now: payment };
  if (!(await writeOperationSettlement(tx, settlement))) throw new Error("a locked payment moved");
  return { changed: true, now: settlement.after };
}

/** What an operation's outcome makes of it and of its payment. */
export type OperationSettlement = Readonly<{
  operation: OperationRecord;
  status: "succeeded" | "failed";
  failureCode: string | null;
  /** The payment afterwards. */
  after: PaymentRecord;
}>;

/** Null when the outcome is not known, or when it is that of an operation which is not the one under way. */
export function operationSettlementOf(
  payment: PaymentRecord,
  operationId: OperationRecord["id"],
  outcome: OperationOutcome,
  updatedAt: Date,
): OperationSettlement | null {
  const { operation } = payment;
  if (outcome.kind === "unknown" || operation?.id !== operationId) return null;
  if (outcome.kind === "refused") {
    const after = { ...payment, operation: null };
    return { operation, status: "failed", failureCode: outcome.code, after };
  }
  const moved = move(stateOf(payment), { type: "operation_done" });
  if (!moved.ok) return null;
  const capturedMinor = "captured" in moved.state ? moved.state.captured : 0n;
  const after = { ...payment, operation: null, status: moved.state.status, capturedMinor, updatedAt };
  return { operation, status: "succeeded", failureCode: null, after };
}

/** Everything that changes, in one packet; false when the caller must undo it, for another was faster. */
export async function writeOperationSettlement(
  tx: Transaction,
  { operation, status, failureCode, after }: OperationSettlement,
): Promise<boolean> {
  const { id, merchantId, mode, capturedMinor, updatedAt } = after;
  if (status === "failed") return settleOperationRow(tx, operation.id, { status, failureCode });
  const hold = operation.type === "capture" ? "captured" : "voided";
  // The payment first, as everywhere: two that settle the same operation then wait for one another instead of deadlocking.
  const written = await Promise.all([
    settleHold(tx, id, { status: hold, capturedMinor, updatedAt }),
    settleOperationRow(tx, operation.id, { status, failureCode }),
    insertEvent(tx, {
      scope: { merchantId, mode },
      type: `payment.${hold}`,
      resourceId: id,
      data: paymentResource(after),
    }),
  ]);
  return written[0] && written[1];
}

const DONE = { status: "succeeded", failureCode: null } as const;
const REFUSED = { status: "failed", failureCode: "invalid_state" } as const;

/**
 * The acquirer holds nothing any more, and nobody took it: the hold expired, or was cancelled there. A void that is under way
 * is done by it, a capture has failed. Changes nothing unless the payment is held. Null when there is no such payment.
 */
export async function settleReleasedHold(
  tx: Transaction,
  { id, ...scope }: PaymentRef,
): Promise<Settled<PaymentRecord> | null> {
  const payment = await lockPayment(tx, scope, id);
  if (!payment) return null;
  const moved = move(stateOf(payment), { type: "hold_released" });
  if (!moved.ok) return { changed: false, now: payment };
  const { operation, lockedAt: updatedAt } = payment;
  const after: PaymentRecord = { ...payment, operation: null, status: "voided", updatedAt };
  const asked = operation?.type === "void" ? DONE : REFUSED;
  const written = await Promise.all([
    settleHold(tx, id, { status: "voided", capturedMinor: 0n, updatedAt }),
    operation === null || settleOperationRow(tx, operation.id, asked),
    insertEvent(tx, { scope, type: "payment.voided", resourceId: id, data: paymentResource(after) }),
  ]);
  if (!(written[0] && written[1])) throw new Error("a locked payment moved");
  return { changed: true, now: after };
}
