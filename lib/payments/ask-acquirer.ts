import {
  type ChargeOutcome,
  type GatewayOptions,
  GatewayRefusal,
  type OperationOutcome,
  type RefundOutcome,
  type RefundRequest,
  type Unknown,
} from "@/lib/gateway/payment-gateway";
import { withKeys } from "@/lib/keys/with-keys";
import { logger } from "@/lib/logging/logger";
import { currentRequestContext } from "@/lib/logging/request-context";
import { moneyOf } from "@/lib/money/money";
import { openCardNumber } from "@/lib/vault/card-number-seal";
import { isOfAcquirer } from "./of-acquirer";
import type { PaymentServices } from "./payment-services";
import type { OperationRecord, PaymentRecord } from "./payment-store";
import { isMoneyOutFrozen, type RefundRecord } from "./refund-store";

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

/** Whoever has it must be asked: another acquirer would say "there is none", and take the money a second time. */
const ELSEWHERE: Unknown = { kind: "unknown", reason: "begun at another acquirer or account" };

/**
 * Learns what became of a charge that may have been sent: asks for it, and sends it (without the security code, which was
 * never kept) only when the acquirer plainly has none. Both within one deadline.
 */
export async function askAboutCharge(
  services: PaymentServices,
  payment: PaymentRecord,
  sealedNumber: string | null,
): Promise<ChargeOutcome> {
  if (!isOfAcquirer(services.gateway, payment)) return ELSEWHERE;
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
export async function sendOperation(
  services: PaymentServices,
  payment: PaymentRecord,
  operation: OperationRecord,
): Promise<OperationOutcome> {
  if (!isOfAcquirer(services.gateway, payment, operation)) return ELSEWHERE;
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

/** Sends a refund for the first time. */
export function sendRefund(
  services: PaymentServices,
  payment: ChargedPayment,
  refund: RefundRecord,
): Promise<RefundOutcome> {
  const request = refundRequest(payment, refund);
  return guarded(refund.paymentId, services.gatewayTimeoutMs, (options) => services.gateway.refund(request, options));
}

/**
 * Learns what became of a refund that may have been sent, by sending it again. While the merchant's money out is frozen it is
 * only asked about: one that the acquirer does not have stays pending, and is sent when the freeze is lifted.
 */
export async function askAboutRefund(
  services: PaymentServices,
  payment: ChargedPayment,
  refund: RefundRecord,
): Promise<RefundOutcome> {
  if (!isOfAcquirer(services.gateway, payment, refund)) return ELSEWHERE;
  const request = refundRequest(payment, refund);
  const isFrozen = await isMoneyOutFrozen(services.client.db, refund.merchantId);
  return guarded(refund.paymentId, services.gatewayTimeoutMs, async (options) => {
    if (!isFrozen) return services.gateway.refund(request, options);
    const found = await services.gateway.findRefund(request, options);
    return found.kind === "absent" ? unknown("money out is frozen, and the acquirer has no such refund") : found;
  });
}

/** What a refund needs to know of its payment. */
export type ChargedPayment = Pick<PaymentRecord, "mode" | "gateway" | "gatewayReference">;

function refundRequest({ gatewayReference }: ChargedPayment, refund: RefundRecord): RefundRequest {
  const { id: refundId, paymentId, amountMinor, currency } = refund;
  if (gatewayReference === null)
    throw new Error(`payment ${paymentId} was taken, but nobody knows under which reference`);
  return { refundId, paymentId, gatewayReference, amount: moneyOf(amountMinor, currency) };
}

/** A refusal to look at a call is a defect on our side and says nothing about money: the outcome stays unknown. */
async function guarded<Outcome extends { kind: string }>(
  paymentId: string,
  timeoutMs: number,
  call: (options: GatewayOptions) => Promise<Outcome>,
): Promise<Outcome | Unknown> {
  try {
    const outcome = await call({ timeoutMs, requestId: currentRequestContext()?.requestId ?? paymentId });
    if (isUnknown(outcome))
      logger.warn({ payment_id: paymentId, reason: outcome.reason }, "the acquirer owes an answer");
    return outcome;
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

const isUnknown = (outcome: { kind: string }): outcome is Unknown => outcome.kind === "unknown";

const unknown = (reason: string): Unknown => ({ kind: "unknown", reason });
