import { formatAmount } from "./amounts";
import type { Callback } from "./callback-store";
import type { Charge } from "./charge-store";
import type { Refund } from "./refund-store";

/** A charge as the list of charges shows it. */
export function chargeView(charge: Charge) {
  const money = (units: bigint) => formatAmount({ units, decimals: Number(charge.decimals) });
  return {
    id: charge.id,
    idempotency_key: charge.idempotencyKey,
    reference: charge.reference,
    amount: money(charge.amount),
    currency: charge.currency,
    status: chargeStatus(charge),
    captured: money(charge.captured),
    refunded: money(charge.refunded),
    created_at: charge.createdAt,
  };
}

/** A charge asked for by its id: also whose it is, the end of its card's number, and why it was declined. */
export function chargeDetailView(charge: Charge) {
  const { merchant, last4, declineCode } = charge;
  return { ...chargeView(charge), merchant, card: { last4 }, decline_code: declineCode };
}

export function refundView(refund: Refund) {
  return {
    id: refund.id,
    idempotency_key: refund.idempotencyKey,
    charge: refund.chargeId,
    amount: formatAmount({ units: refund.units, decimals: Number(refund.decimals) }),
    currency: refund.currency,
    status: "succeeded",
    created_at: refund.createdAt,
  };
}

/** A callback, and what became of it. */
export function callbackView({ id, type, copies, attempts, lastResult, deliveredAt }: Callback) {
  return {
    id,
    type,
    copies: Number(copies),
    attempts: Number(attempts),
    last_result: lastResult,
    delivered_at: deliveredAt,
  };
}

function chargeStatus({ state, captured, refunded }: Charge): string {
  if (state !== "captured" || refunded === 0n) return state;
  return refunded === captured ? "refunded" : "partially_refunded";
}
