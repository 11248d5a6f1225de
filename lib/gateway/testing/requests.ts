import { newId } from "@/lib/ids/id";
import type { Money } from "@/lib/money/money";
import { parsePositiveMoney } from "@/lib/money/parse-money";
import { parseCardNumber } from "@/lib/vault/card-number";
import type { ChargeLookup, ChargeRequest } from "../payment-gateway";

/** Short, so that a test of silence is quick, and long enough for several calls on a busy machine. */
export const DEADLINE_MS = 1500;
export const options = { timeoutMs: DEADLINE_MS, requestId: "req_test" };

export function money(amount: string, currency: string): Money {
  const parsed = parsePositiveMoney(amount, currency);
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.money;
}

function cardNumber(text: string) {
  const parsed = parseCardNumber(text);
  if (!parsed.ok) throw new Error("The test's own card number is wrong");
  return parsed.number;
}

export function chargeRequest(number: string, changes: Partial<ChargeRequest> = {}): ChargeRequest {
  return {
    paymentId: newId("pay"),
    merchantId: newId("mer"),
    mode: "test",
    amount: money("1234.50", "INR"),
    card: { number: cardNumber(number), expMonth: 12, expYear: 2030 },
    cvc: "123",
    capture: true,
    reference: null,
    ...changes,
  };
}

/** Asks for what became of a request. */
export function lookupOf({ card: _card, cvc: _cvc, ...request }: ChargeRequest): ChargeLookup {
  return { ...request, createdAt: new Date() };
}
