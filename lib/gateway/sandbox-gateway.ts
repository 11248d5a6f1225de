import { toDecimalString } from "@/lib/money/decimal-string";
import { DECLINE_MESSAGES } from "./decline-code";
import type { ChargeRequest, PaymentGateway } from "./payment-gateway";
import { createCalls } from "./sandbox/calls";
import { readChargeAnswer } from "./sandbox/charge-answer";
import { findSandboxCharge } from "./sandbox/find-charge";
import { type ExpectedAfter, readOperationAnswer, readRefundAnswer, readRefundList } from "./sandbox/operation-answer";
import { unknown } from "./sandbox/wire";

/**
 * The sandbox acquirer as a gateway.
 *
 * What becomes of an answer: 200 and 201 that match the request are approvals, a 402 that matches it is a decline. A
 * time-out, a lost connection, any other status and any answer that cannot be read or is about another charge are
 * `unknown`. A 422 with the acquirer's word about the charge's state or what is left of it refuses an operation or a
 * refund; 409 `idempotency_conflict`, and any other 400, 404 or 422 with the acquirer's own error, throw
 * {@link GatewayRefusal}.
 */
export function createSandboxGateway({ baseUrl }: { baseUrl: string }): PaymentGateway {
  const calls = createCalls(baseUrl);
  return {
    // Its address may change, and it has no accounts.
    identity: "sandbox",
    mode: "test",
    doubt: async () => null,
    async charge(request, options) {
      // Nothing is sent: it takes no real money, and a live payment must not pass for paid.
      if (request.mode !== "test") return SANDBOX_HAS_NO_LIVE;
      const amount = toDecimalString(request.amount);
      const body = toBody(request, amount);
      const answer = await calls.post({ path: "/v1/charges", key: request.paymentId, body, ...options });
      if (answer.kind === "lost") return unknown(answer.reason);
      const { currency } = request.amount;
      const expected = { idempotencyKey: request.paymentId, amount, currency, capture: request.capture };
      return readChargeAnswer(expected, answer.status, answer.text);
    },
    async findCharge(lookup, options) {
      if (lookup.mode !== "test") return unknown("a live payment, and an acquirer that has no live mode");
      return findSandboxCharge(calls, lookup, options);
    },
    async capture({ operationId, paymentId, gatewayReference, amount, authorized }, options) {
      const captured = toDecimalString(amount);
      const path = chargePath(gatewayReference, "capture");
      const answer = await calls.post({ path, key: operationId, body: { amount: captured }, ...options });
      if (answer.kind === "lost") return unknown(answer.reason);
      const charge = { id: gatewayReference, paymentId, currency: amount.currency };
      const after = { status: "captured", amount: toDecimalString(authorized), captured } as const;
      return readOperationAnswer({ ...charge, ...after }, answer.status, answer.text);
    },
    async voidHold({ operationId, paymentId, gatewayReference, amount }, options) {
      const path = chargePath(gatewayReference, "void");
      const answer = await calls.post({ path, key: operationId, body: {}, ...options });
      if (answer.kind === "lost") return unknown(answer.reason);
      const charge = { id: gatewayReference, paymentId, currency: amount.currency };
      const after: Pick<ExpectedAfter, "status" | "amount" | "captured"> = {
        status: "voided",
        amount: toDecimalString(amount),
        captured: null,
      };
      return readOperationAnswer({ ...charge, ...after }, answer.status, answer.text);
    },
    async refund({ refundId, gatewayReference, amount }, options) {
      const decimal = toDecimalString(amount);
      const path = chargePath(gatewayReference, "refunds");
      const answer = await calls.post({ path, key: refundId, body: { amount: decimal }, ...options });
      if (answer.kind === "lost") return unknown(answer.reason);
      const expected = { refundId, charge: gatewayReference, amount: decimal, currency: amount.currency };
      return readRefundAnswer(expected, answer.status, answer.text);
    },
    async findRefund({ refundId, gatewayReference, amount }, options) {
      const query = new URLSearchParams({ idempotency_key: refundId });
      const answer = await calls.get({ path: `/v1/refunds?${query}`, ...options });
      if (answer.kind === "lost") return unknown(answer.reason);
      const { currency } = amount;
      const expected = { refundId, charge: gatewayReference, amount: toDecimalString(amount), currency };
      return readRefundList(expected, answer.status, answer.text);
    },
  };
}

const SANDBOX_HAS_NO_LIVE = {
  kind: "declined",
  code: "processing_error",
  message: DECLINE_MESSAGES.processing_error,
  gatewayReference: null,
} as const;

const chargePath = (gatewayReference: string, action: string) =>
  `/v1/charges/${encodeURIComponent(gatewayReference)}/${action}`;

function toBody({ amount, card, cvc, capture, reference, merchantId }: ChargeRequest, decimal: string) {
  return {
    amount: decimal,
    currency: amount.currency,
    card: { number: card.number, exp_month: card.expMonth, exp_year: card.expYear },
    ...(cvc === null ? {} : { cvc }),
    capture,
    reference,
    merchant: merchantId,
  };
}
