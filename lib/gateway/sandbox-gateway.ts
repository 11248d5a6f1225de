import { exchange } from "@/lib/http/exchange";
import { toDecimalString } from "@/lib/money/decimal-string";
import type { ChargeRequest, PaymentGateway } from "./payment-gateway";
import { readChargeAnswer } from "./sandbox-answer";

/**
 * The sandbox acquirer as a gateway.
 *
 * What becomes of an answer: 200 and 201 that match the request are approvals, a 402 that matches it is a decline. A
 * time-out, a lost connection, any other status and any answer that cannot be read or is about another charge are
 * `unknown`. 409 `idempotency_conflict`, and 400 or 422 with the acquirer's own error, throw {@link GatewayRefusal}.
 */
export function createSandboxGateway({ baseUrl }: { baseUrl: string }): PaymentGateway {
  const chargesUrl = new URL("/v1/charges", baseUrl);
  return {
    async charge(request, { timeoutMs, requestId }) {
      const amount = toDecimalString(request.amount);
      const init = {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "idempotency-key": request.paymentId,
          "x-request-id": requestId,
        },
        body: JSON.stringify(toBody(request, amount)),
      };
      const answer = await exchange(chargesUrl, init, timeoutMs);
      if (answer.kind === "lost") return { kind: "unknown", reason: answer.reason };
      const { currency } = request.amount;
      const expected = { idempotencyKey: request.paymentId, amount, currency, capture: request.capture };
      return readChargeAnswer(expected, answer.status, answer.text);
    },
  };
}

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
