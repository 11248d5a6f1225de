import {
  type ChargeOutcome,
  type GatewayOptions,
  GatewayRefusal,
  type OperationOutcome,
  type RefundOutcome,
  type Unknown,
} from "@/lib/gateway/payment-gateway";
import { withKeys } from "@/lib/keys/with-keys";
import { logger } from "@/lib/logging/logger";
import { currentRequestContext } from "@/lib/logging/request-context";
import { moneyOf } from "@/lib/money/money";
import { openCardNumber } from "@/lib/vault/card-number-seal";
import type { PaymentServices } from "./payment-services";
import type { OperationRecord, PaymentRecord } from "./payment-store";
import type { RefundRecord } from "./refund-store";

// Never inside a transaction. Each call has the acquirer's deadline, and is known to it by our id, so that sending it again
// moves no money twice.

/** Sends a charge for the first time. */
export function sendCharge(
  services: PaymentServices,
  payment: PaymentRecord,
  sealedNumber: string,
  cvc: string | null,
): Promise<ChargeOutcome> {
  return guarded(payment.id, services.gatewayTimeoutMs, async (options) =>
    services.gateway.charge(await chargeRequest(services, payment, sealedNumber, cvc), options),
  );
}

/**
 * Learns what became of a charge that may have been sent: asks for it, and sends it (without the security code, which was
 * never kept) only when the acquirer plainly has none. Both within one deadline.
 */
export function askAboutCharge(
  services: PaymentServices,
  payment: PaymentRecord,
  sealedNumber: string | null,
): Promise<ChargeOutcome> {
  const startedAt = performance.now();
  return guarded(payment.id, services.gatewayTimeoutMs, async (options) => {
    const { id: paymentId, merchantId, mode, capture, reference, createdAt } = payment;
    const amount = moneyOf(payment.amountMinor, payment.currency);
    const lookup = { paymentId, merchantId, mode, amount, capture, reference, createdAt };
    const found = await services.gateway.findCharge(lookup, options);
    if (found.kind !== "absent") return found;
    if (sealedNumber === null) return unknown("the acquirer has no such charge, and the card's number is gone");
    const timeoutMs = Math.floor(options.timeoutMs - (performance.now() - startedAt));
    if (timeoutMs <= 0) return unknown("no time was left to send the charge again");
    const request = await chargeRequest(services, payment, sealedNumber, null);
    return services.gateway.charge(request, { ...options, timeoutMs });
  });
}

/** Sends a capture or a void, for the first time or again: sending it again is how its outcome is learnt. */
export function sendOperation(
  services: PaymentServices,
  payment: PaymentRecord,
  operation: OperationRecord,
): Promise<OperationOutcome> {
  const { gatewayReference } = payment;
  if (gatewayReference === null)
    throw new Error(`payment ${payment.id} is held, but nobody knows under which reference`);
  const authorized = moneyOf(payment.amountMinor, payment.currency);
  const call = { operationId: operation.id, paymentId: payment.id, gatewayReference };
  return guarded(payment.id, services.gatewayTimeoutMs, (options) =>
    operation.amountMinor === null
      ? services.gateway.voidHold({ ...call, amount: authorized }, options)
      : services.gateway.capture(
          { ...call, amount: moneyOf(operation.amountMinor, payment.currency), authorized },
          options,
        ),
  );
}

/** Sends a refund, for the first time or again. */
export function sendRefund(
  services: PaymentServices,
  gatewayReference: string | null,
  refund: RefundRecord,
): Promise<RefundOutcome> {
  if (gatewayReference === null)
    throw new Error(`payment ${refund.paymentId} was taken, but nobody knows under which reference`);
  const amount = moneyOf(refund.amountMinor, refund.currency);
  const { id: refundId, paymentId } = refund;
  return guarded(paymentId, services.gatewayTimeoutMs, (options) =>
    services.gateway.refund({ refundId, paymentId, gatewayReference, amount }, options),
  );
}

/** A refusal to look at a call is a defect on our side and says nothing about money: the outcome stays unknown. */
async function guarded<Outcome>(
  paymentId: string,
  timeoutMs: number,
  call: (options: GatewayOptions) => Promise<Outcome>,
): Promise<Outcome | Unknown> {
  try {
    return await call({ timeoutMs, requestId: currentRequestContext()?.requestId ?? paymentId });
  } catch (error) {
    if (!(error instanceof GatewayRefusal)) throw error;
    logger.error({ err: error, payment_id: paymentId }, "the acquirer refused to look at a call; it stays pending");
    return unknown(error.reason);
  }
}

async function chargeRequest(
  { ring }: PaymentServices,
  payment: PaymentRecord,
  sealedNumber: string,
  cvc: string | null,
) {
  const { id: paymentId, merchantId, mode, capture, reference } = payment;
  const card = {
    number: await withKeys(ring, () => openCardNumber(ring, merchantId, payment.cardId, sealedNumber)),
    expMonth: payment.cardExpMonth,
    expYear: payment.cardExpYear,
  };
  const amount = moneyOf(payment.amountMinor, payment.currency);
  return { paymentId, merchantId, mode, amount, card, cvc, capture, reference };
}

const unknown = (reason: string): Unknown => ({ kind: "unknown", reason });
