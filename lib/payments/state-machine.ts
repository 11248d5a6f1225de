import type { PaymentStatus } from "./payment-status";

/** What is asked of the acquirer about a hold: to take some of it, or to let it go. Amounts are minor units. */
export type HoldOperation = Readonly<{ type: "capture"; amount: bigint } | { type: "void" }>;

type TakenStatus = "captured" | "partially_refunded" | "refunded";

type Taken<Status extends TakenStatus> = Readonly<{
  status: Status;
  captured: bigint;
  /** Given back for sure. */
  refunded: bigint;
  /** Claimed by refunds whose outcome is not known. */
  refundPending: bigint;
}>;

/** Where a payment stands, with what its next move depends on. Amounts are minor units. */
export type PaymentState =
  | Readonly<{ status: "pending"; amount: bigint; capture: boolean }>
  | Readonly<{ status: "authorized"; amount: bigint; operation: HoldOperation | null }>
  | Taken<"captured">
  | Taken<"partially_refunded">
  | Taken<"refunded">
  | Readonly<{ status: "voided" }>
  | Readonly<{ status: "failed" }>;

/**
 * `…_done` and `…_refused` are the acquirer's word; nothing else makes an unknown outcome known. So are `hold_released` (the
 * hold ended elsewhere: it expired, or was cancelled at the acquirer) and `refund_returned` (the customer's bank did not take
 * what had been given back).
 */
export type PaymentMove = Readonly<
  | { type: "charge_approved" }
  | { type: "charge_declined" }
  | { type: "operation_begun"; operation: HoldOperation }
  | { type: "operation_done" }
  | { type: "operation_refused" }
  | { type: "hold_released" }
  | { type: "refund_begun"; amount: bigint }
  | { type: "refund_done"; amount: bigint }
  | { type: "refund_refused"; amount: bigint }
  | { type: "refund_returned"; amount: bigint }
>;

export type MoveRefusal = "invalid_state" | "amount_exceeds_authorized" | "amount_exceeds_refundable";

export type Moved = Readonly<{ ok: true; state: PaymentState } | { ok: false; refusal: MoveRefusal }>;

/** Which status may follow which. The database's trigger `payments_status_moves` has the same table. */
export const PAYMENT_MOVES = {
  pending: ["authorized", "captured", "failed"],
  authorized: ["captured", "voided"],
  captured: ["partially_refunded", "refunded"],
  partially_refunded: ["refunded", "captured"],
  refunded: ["partially_refunded", "captured"],
  voided: [],
  failed: [],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

/** Captures and voids are told once. The trigger `payment_operations_status_moves` says the same. */
export const OPERATION_MOVES = { pending: ["succeeded", "failed"], succeeded: [], failed: [] } as const;

/** So are refunds, but for one that comes back. The trigger `refunds_status_moves` says the same. */
export const REFUND_MOVES = { pending: ["succeeded", "failed"], succeeded: ["failed"], failed: [] } as const;

/** Statuses that refunds can begin and end in. */
export const REFUNDABLE_STATUSES = ["captured", "partially_refunded"] as const satisfies readonly TakenStatus[];

/** Statuses in which something was given back, and may come back. */
export const REFUNDED_STATUSES = ["partially_refunded", "refunded"] as const satisfies readonly TakenStatus[];

/** What a move makes of a payment, or why it cannot be made. */
export function move(state: PaymentState, by: PaymentMove): Moved {
  switch (state.status) {
    case "pending":
      return movePending(state, by);
    case "authorized":
      return moveAuthorized(state, by);
    case "captured":
    case "partially_refunded":
    case "refunded":
      return moveTaken(state, by);
    case "voided":
    case "failed":
      return INVALID_STATE;
    default:
      return state satisfies never;
  }
}

/** What may still be asked back, in minor units: what was taken less what was given back or is being asked back. */
export function refundable(state: PaymentState): bigint {
  return "captured" in state ? state.captured - state.refunded - state.refundPending : 0n;
}

const INVALID_STATE: Moved = { ok: false, refusal: "invalid_state" };
const to = (state: PaymentState): Moved => ({ ok: true, state });

function movePending({ amount, capture }: Extract<PaymentState, { status: "pending" }>, by: PaymentMove): Moved {
  switch (by.type) {
    case "charge_approved":
      return to(capture ? taken(amount, 0n, 0n) : { status: "authorized", amount, operation: null });
    case "charge_declined":
      return to({ status: "failed" });
    default:
      return INVALID_STATE;
  }
}

function moveAuthorized(state: Extract<PaymentState, { status: "authorized" }>, by: PaymentMove): Moved {
  const { amount, operation } = state;
  switch (by.type) {
    case "operation_begun":
      // One at a time: until the acquirer has said what became of the first, a second could undo it or take money twice.
      if (operation !== null) return INVALID_STATE;
      if (by.operation.type === "capture" && (by.operation.amount > amount || by.operation.amount <= 0n)) {
        return { ok: false, refusal: "amount_exceeds_authorized" };
      }
      return to({ ...state, operation: by.operation });
    case "operation_done":
      if (operation === null) return INVALID_STATE;
      return to(operation.type === "capture" ? taken(operation.amount, 0n, 0n) : { status: "voided" });
    case "operation_refused":
      return operation === null ? INVALID_STATE : to({ ...state, operation: null });
    case "hold_released":
      // Whatever is under way: what is held no more can be neither taken nor let go.
      return to({ status: "voided" });
    default:
      return INVALID_STATE;
  }
}

function moveTaken(state: Taken<TakenStatus>, by: PaymentMove): Moved {
  const { captured, refunded, refundPending } = state;
  switch (by.type) {
    case "refund_begun":
      // Also of a payment that is wholly refunded: whether the last refund is known yet or not, the answer is the same.
      if (by.amount <= 0n || by.amount > captured - refunded - refundPending) {
        return { ok: false, refusal: "amount_exceeds_refundable" };
      }
      return to(taken(captured, refunded, refundPending + by.amount));
    case "refund_done":
      if (by.amount > refundPending) return INVALID_STATE;
      return to(taken(captured, refunded + by.amount, refundPending - by.amount));
    case "refund_refused":
      if (by.amount > refundPending) return INVALID_STATE;
      return to(taken(captured, refunded, refundPending - by.amount));
    case "refund_returned":
      if (by.amount <= 0n || by.amount > refunded) return INVALID_STATE;
      return to(taken(captured, refunded - by.amount, refundPending));
    default:
      return INVALID_STATE;
  }
}

function taken(captured: bigint, refunded: bigint, refundPending: bigint): PaymentState {
  const amounts = { captured, refunded, refundPending };
  if (refunded === 0n) return { status: "captured", ...amounts };
  return { status: refunded === captured ? "refunded" : "partially_refunded", ...amounts };
}
