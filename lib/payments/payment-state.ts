import type { OperationRecord, PaymentRecord } from "./payment-store";
import type { HoldOperation, PaymentState } from "./state-machine";

/** A payment's row as the state machine sees it. */
export function stateOf(payment: PaymentRecord): PaymentState {
  const { amountMinor: amount, capturedMinor: captured, refundedMinor: refunded, operation } = payment;
  const { status, capture, refundPendingMinor: refundPending } = payment;
  switch (status) {
    case "pending":
      return { status, amount, capture };
    case "authorized":
      return { status, amount, operation: operation && holdOperation(operation) };
    case "captured":
    case "partially_refunded":
    case "refunded":
      return { status, captured, refunded, refundPending };
    case "voided":
    case "failed":
      return { status };
    default:
      return status satisfies never;
  }
}

function holdOperation({ type, amountMinor }: OperationRecord): HoldOperation {
  return type === "void" || amountMinor === null ? { type: "void" } : { type: "capture", amount: amountMinor };
}
