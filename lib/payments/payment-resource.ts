import { toDecimalString } from "@/lib/money/decimal-string";
import { moneyOf } from "@/lib/money/money";
import type { PaymentRecord } from "./payment-store";

/** A payment as the integration API shows it; the members stand in the contract's order. */
export function paymentResource(payment: PaymentRecord) {
  const decimal = (minor: bigint) => toDecimalString(moneyOf(minor, payment.currency));
  return {
    id: payment.id,
    object: "payment",
    status: payment.status,
    amount: decimal(payment.amountMinor),
    amount_captured: decimal(payment.capturedMinor),
    amount_refunded: decimal(payment.refundedMinor),
    currency: payment.currency,
    card: {
      id: payment.cardId,
      brand: payment.cardBrand,
      last4: payment.cardLastFour,
      exp_month: payment.cardExpMonth,
      exp_year: payment.cardExpYear,
    },
    customer: payment.customerId,
    reference: payment.reference,
    description: payment.description,
    metadata: payment.metadata,
    failure: payment.failureCode === null ? null : { code: payment.failureCode, message: payment.failureMessage ?? "" },
    pending_operation: payment.operation && {
      type: payment.operation.type,
      amount: payment.operation.amountMinor === null ? null : decimal(payment.operation.amountMinor),
    },
    gateway_reference: payment.gatewayReference,
    mode: payment.mode,
    created_at: payment.createdAt.toISOString(),
    updated_at: payment.updatedAt.toISOString(),
  } as const;
}
