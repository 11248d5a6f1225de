import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChargeRequest, PaymentGateway } from "../payment-gateway";
import { createStripeGateway } from "../stripe-gateway";
import { chargeRequest, lookupOf, options } from "../testing/requests";
import { ACCOUNT_ID, type FakeStripe, SECRET_KEY, startStripe } from "./testing/start-stripe";

let stripe: FakeStripe;
let gateway: PaymentGateway;
beforeAll(async () => {
  stripe = await startStripe();
  gateway = createStripeGateway({ secretKey: SECRET_KEY, accountId: ACCOUNT_ID, apiUrl: stripe.url });
});
afterAll(() => stripe.stop());

const charge = (request: ChargeRequest) => gateway.charge(request, options);
/** As the reconciler does: asks, and sends again, without the security code, what is absent. */
async function settle(request: ChargeRequest) {
  const found = await gateway.findCharge(lookupOf(request), options);
  return found.kind === "absent" ? charge({ ...request, cvc: null }) : found;
}

describe("charge.kept-failures", () => {
  // The attack: Stripe keeps its own 500 for a day, and the payment that nobody took is taken tomorrow.
  it.each([/^POST \/v1\/payment_intents$/, /confirm$/])(
    "a failure that Stripe keeps (%s) costs one more question, not a day",
    async (step) => {
      const request = chargeRequest("4242424242424242");
      for (let time = 0; time < 3; time += 1) {
        stripe.next(step, "broken");
        expect((await charge(request)).kind).toBe("unknown");
      }
      expect((await settle(request)).kind).toBe("approved");
      expect(stripe.chargesOf(request.paymentId)).toHaveLength(1);
    },
  );

  // The attack: of two that confirm anew one is declined, and says so of a card that the other has just charged.
  it("two that confirm after a kept failure tell one story", async () => {
    for (let time = 0; time < 5; time += 1) {
      const request = chargeRequest("4000000000000341");
      stripe.next(/confirm$/, "broken");
      await charge(request);
      const outcomes = await Promise.all([settle(request), settle(request), charge(request)]);
      const charges = stripe.chargesOf(request.paymentId).length;
      const declines = outcomes.filter(({ kind }) => kind === "declined").length;
      expect([charges, declines > 0]).toEqual([charges === 0 ? 0 : 1, charges === 0]);
    }
  });

  it("a card that was declined cannot be charged any more, by anybody", async () => {
    const request = chargeRequest("4000000000000341");
    expect((await charge(request)).kind).toBe("declined");
    const intents = [...stripe.books.intents.values()].filter(
      ({ metadata }) => metadata.payment_id === request.paymentId,
    );
    expect(intents.map(({ status }) => status)).toEqual(["canceled"]);
  });
});
