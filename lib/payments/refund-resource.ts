import { toDecimalString } from "@/lib/money/decimal-string";
import { moneyOf } from "@/lib/money/money";
import type { RefundRecord } from "./refund-store";

/** A refund as the integration API shows it; the members stand in the contract's order. */
export function refundResource(refund: RefundRecord) {
  return {
    id: refund.id,
    object: "refund",
    payment: refund.paymentId,
    amount: toDecimalString(moneyOf(refund.amountMinor, refund.currency)),
    currency: refund.currency,
    status: refund.status,
    reason: refund.reason,
    created_at: refund.createdAt.toISOString(),
  } as const;
}
