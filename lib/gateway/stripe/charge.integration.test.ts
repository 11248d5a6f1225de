import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import { type ChargeRequest, GatewayRefusal, type PaymentGateway } from "../payment-gateway";
import { createStripeGateway } from "../stripe-gateway";
import { chargeRequest, lookupOf, money, options } from "../testing/requests";
import { ACCOUNT_ID, type FakeStripe, type Fate, SECRET_KEY, startStripe } from "./testing/start-stripe";

let stripe: FakeStripe;
let gateway: PaymentGateway;
beforeAll(async () => {
  stripe = await startStripe();
  gateway = createStripeGateway({ secretKey: SECRET_KEY, accountId: ACCOUNT_ID, apiUrl: stripe.url });
});
afterAll(() => stripe.stop());

/** On a busy machine an answer takes its time; only where none is to come is it not waited for. */
const PATIENT = { ...options, timeoutMs: 5000 };
const charge = (request: ChargeRequest) => gateway.charge(request, PATIENT);
const chargeInVain = (request: ChargeRequest) => gateway.charge(request, options);
const find = (request: ChargeRequest) => gateway.findCharge(lookupOf(request), PATIENT);
/** As the reconciler does: asks, and sends again, without the security code, what is absent. */
async function settle(request: ChargeRequest) {
  const found = await find(request);
  return found.kind === "absent" ? charge({ ...request, cvc: null }) : found;
}

describe("a charge", () => {
  it("is a PaymentIntent with our ids, taken or held as it was asked for", async () => {
    for (const capture of [true, false]) {
      const request = chargeRequest("4242424242424242", { capture, reference: "order 1/ä?&" });
      const outcome = await charge(request);
      const [intent, ...others] = stripe.chargesOf(request.paymentId);
      expect(others).toEqual([]);
      const state = capture ? "captured" : "authorized";
      expect(outcome).toEqual({ kind: "approved", state, gatewayReference: intent?.id });
      const { paymentId: payment_id, merchantId: merchant_id, reference } = request;
      expect(intent).toMatchObject({
        amount: 123_450,
        currency: "inr",
        metadata: { payment_id, merchant_id, reference },
      });
      expect(await find(request)).toEqual(outcome);
    }
  });

  it("sends the card once, in the one call that is for it, and each call with its own key", async () => {
    const request = chargeRequest("4242424242424242");
    const before = stripe.calls.length;
    await charge(request);
    const sent = stripe.calls.slice(before);
    expect(sent.map(({ path }) => path.replace(/pi_[0-9a-f]+/, ":id")).toSorted()).toEqual([
      "/v1/payment_intents",
      "/v1/payment_intents/:id/confirm",
      "/v1/payment_methods",
    ]);
    for (const { path, params, version } of sent) {
      expect(version).toMatch(/^20\d\d-/);
      expect(JSON.stringify(params).includes("4242424242424242")).toBe(path === "/v1/payment_methods");
    }
    const keys = sent.flatMap(({ path, key }) => (path === "/v1/payment_methods" ? [] : [key]));
    expect(keys.toSorted()).toEqual([request.paymentId, `${request.paymentId}:confirm`]);
  });

  it.each([
    ["4000000000000002", "card_declined"],
    ["4000000000009995", "insufficient_funds"],
    ["4000000000000069", "expired_card"],
    ["4000000000000127", "incorrect_cvc"],
    ["4000000000000119", "processing_error"],
    ["4000002760003184", "card_declined"],
  ])("of %s is declined with %s, and again when asked for or sent again", async (number, code) => {
    const request = chargeRequest(number);
    const outcome = await charge(request);
    expect(outcome).toMatchObject({ kind: "declined", code, gatewayReference: expect.stringMatching(/^pi_/) });
    expect(await find(request)).toEqual(outcome);
    expect(await charge({ ...request, cvc: null })).toEqual(outcome);
    expect(stripe.chargesOf(request.paymentId)).toEqual([]);
  });

  it.each([
    ["500", "JPY", 500],
    ["1.230", "KWD", 1230],
    ["5", "ISK", 500],
    ["5", "UGX", 500],
    ["7.00", "MGA", 7],
  ])("of %s %s is %i of Stripe's units", async (amount, currency, units) => {
    const request = chargeRequest("4242424242424242", { amount: money(amount, currency) });
    const isEnough = units >= 50;
    expect((await charge(request)).kind).toBe(isEnough ? "approved" : "declined");
    const created = stripe.calls.find(({ key }) => key === request.paymentId);
    expect(created?.params).toMatchObject({ amount: String(units), currency: currency.toLowerCase() });
  });

  it.each([
    ["1.234", "KWD"],
    ["7.50", "MGA"],
    ["1.0000", "CLF"],
  ])("of %s %s, which Stripe cannot take exactly, is declined and never sent", async (amount, currency) => {
    const request = chargeRequest("4242424242424242", { amount: money(amount, currency) });
    const before = stripe.calls.length;
    expect(await charge(request)).toMatchObject({ kind: "declined", code: "processing_error" });
    expect(stripe.calls.slice(before)).toEqual([]);
  });

  // The attack: a test key of the shop takes real money, or a live payment passes for paid in Stripe's test mode.
  it("in another mode than the key's is never sent, and nothing is said of one that was", async () => {
    const request = chargeRequest("4242424242424242", { mode: "live" });
    const before = stripe.calls.length;
    expect((await charge(request)).kind).toBe("declined");
    expect((await find(request)).kind).toBe("unknown");
    expect(stripe.calls.slice(before)).toEqual([]);
  });

  it.each([
    ["an amount", { amount: money("1000000.00", "INR") }],
    ["a currency", { amount: money("10.00", "CHF") }],
  ])("with %s that Stripe does not take is declined", async (_what, changes) => {
    const request = chargeRequest("4242424242424242", changes);
    expect(await charge(request)).toMatchObject({ kind: "declined", code: "processing_error" });
    expect(await find(request)).toEqual({ kind: "absent" });
  });

  it("with a card that Stripe refuses is declined, and its intent cancelled for good", async () => {
    stripe.books.takesCardNumbers = false;
    const request = chargeRequest("4242424242424242");
    const outcome = await charge(request);
    stripe.books.takesCardNumbers = true;
    expect(outcome).toMatchObject({ kind: "declined", code: "processing_error" });
    expect(await find(request)).toEqual(outcome);
    expect((await charge(request)).kind).toBe("declined");
    expect(stripe.chargesOf(request.paymentId)).toEqual([]);
  });

  it("that Stripe has still to work on is unknown", async () => {
    const request = chargeRequest("4000000000000077");
    expect((await charge(request)).kind).toBe("unknown");
    expect((await find(request)).kind).toBe("unknown");
  });

  it("throws where a payment id comes back with another amount", async () => {
    const request = chargeRequest("4242424242424242");
    await charge(request);
    await expect(charge({ ...request, amount: money("1.00", "INR") })).rejects.toThrow(GatewayRefusal);
    expect(stripe.chargesOf(request.paymentId)).toMatchObject([{ amount: 123_450 }]);
  });
});

// The attack: a lost answer, at any step, looks like a failure; the buyer pays again, and both are charged.
describe("charge.once", () => {
  const steps: [string, RegExp][] = [
    ["opening the intent", /^POST \/v1\/payment_intents$/],
    ["taking the card", /^POST \/v1\/payment_methods$/],
    ["the confirmation", /^POST .*\/confirm$/],
  ];
  const fates: Fate[] = ["lost", "unsent", "reset", "half", "500", "broken", "503", "429", "401"];
  const cases = steps.flatMap(([step, pattern]) => fates.map((fate) => [step, fate, pattern] as const));

  it.each(cases)("%s %s: unknown, then settled with one charge", async (_step, fate, pattern) => {
    for (const capture of [true, false]) {
      const request = chargeRequest("4242424242424242", { capture });
      stripe.next(pattern, fate);
      expect((await chargeInVain(request)).kind).toBe("unknown");
      const outcome = await settle(request);
      const [intent, ...others] = stripe.chargesOf(request.paymentId);
      expect(others).toEqual([]);
      const state = capture ? "captured" : "authorized";
      expect(outcome).toEqual({ kind: "approved", state, gatewayReference: intent?.id });
    }
  });

  it("while the confirmation is on its way, another call does not pass it", async () => {
    const request = chargeRequest("4242424242424242");
    stripe.next(/confirm$/, "late");
    const outcomes = await Promise.all([charge(request), settle(request), settle(request)]);
    expect(outcomes.some(({ kind }) => kind === "declined")).toBe(false);
    expect((await settle(request)).kind).toBe("approved");
    expect(stripe.chargesOf(request.paymentId)).toHaveLength(1);
  });

  // The attack: the decline is on its way to whoever asked first, and the card is charged meanwhile.
  it("a confirmation that was declined is not followed by another", async () => {
    const request = chargeRequest("4000000000000341");
    stripe.next(/confirm$/, "lost");
    expect((await chargeInVain(request)).kind).toBe("unknown");
    expect(await charge({ ...request, cvc: null })).toMatchObject({ kind: "declined", code: "processing_error" });
    expect(stripe.chargesOf(request.paymentId)).toEqual([]);
  });

  it("a hold is not let go because Stripe would not take the card again", async () => {
    const request = chargeRequest("4242424242424242", { capture: false });
    stripe.next(/confirm$/, "lost");
    await chargeInVain(request);
    stripe.books.takesCardNumbers = false;
    const again = await charge(request);
    stripe.books.takesCardNumbers = true;
    expect(again).toMatchObject({ kind: "approved", state: "authorized" });
    expect(stripe.chargesOf(request.paymentId)).toMatchObject([{ status: "requires_capture" }]);
  });

  it("20 calls at once are one charge", async () => {
    const request = chargeRequest("4242424242424242");
    const long = { ...options, timeoutMs: 10_000 };
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => gateway.charge(request, long)));
    expect(outcomes.filter(({ kind }) => kind === "declined")).toEqual([]);
    expect(outcomes.filter(({ kind }) => kind === "approved").length).toBeGreaterThan(0);
    expect(stripe.chargesOf(request.paymentId)).toHaveLength(1);
  });

  it("what was never sent is absent, and asking for it charges nothing", async () => {
    const request = chargeRequest("4242424242424242");
    for (let time = 0; time < 3; time += 1) expect(await find(request)).toEqual({ kind: "absent" });
    expect(stripe.chargesOf(request.paymentId)).toEqual([]);
  });
});

// The attack: a day later Stripe has forgotten the key, and asking again is taken for asking the first time.
describe("find.after-a-day", () => {
  const DAY = 24 * 3600;
  async function later<T>(work: () => Promise<T>): Promise<T> {
    const { now } = stripe.books;
    stripe.forgetKeys();
    stripe.books.now = () => now() + DAY + 1;
    try {
      return await work();
    } finally {
      stripe.books.now = now;
    }
  }

  it("a charge is found by its metadata, and not made again", async () => {
    const request = chargeRequest("4242424242424242");
    stripe.next(/confirm$/, "lost");
    expect((await chargeInVain(request)).kind).toBe("unknown");
    const outcome = await later(() => settle(request));
    const [intent] = stripe.chargesOf(request.paymentId);
    expect(outcome).toEqual({ kind: "approved", state: "captured", gatewayReference: intent?.id });
    expect(stripe.chargesOf(request.paymentId)).toHaveLength(1);
  });

  it("a decline is found too, behind more than a page of other payments", async () => {
    const request = chargeRequest("4000000000000002");
    stripe.next(/confirm$/, "lost");
    expect((await chargeInVain(request)).kind).toBe("unknown");
    for (let other = 0; other < 120; other += 1) await find(chargeRequest("4242424242424242"));
    const outcome = await later(() => gateway.findCharge(lookupOf(request), { ...options, timeoutMs: 5_000 }));
    expect(outcome).toMatchObject({ kind: "declined", code: "card_declined" });
  });

  it("one that never was is charged once", async () => {
    const request = chargeRequest("4242424242424242");
    stripe.next(/confirm$/, "unsent");
    await chargeInVain(request);
    expect((await later(() => settle(request))).kind).toBe("approved");
    expect(stripe.chargesOf(request.paymentId)).toHaveLength(1);
  });

  it.each(["lost", "half", "500"] as const)("a list that is %s is no list of nothing", async (fate) => {
    const request = chargeRequest("4242424242424242");
    stripe.next(/confirm$/, "lost");
    await chargeInVain(request);
    stripe.next(/^GET \/v1\/payment_intents$/, fate);
    expect((await later(() => gateway.findCharge(lookupOf(request), options))).kind).toBe("unknown");
  });
});

// The attack: a charge of somebody else's, or of another amount, makes a payment look paid.
describe("find.only-ours", () => {
  it.each([
    ["merchant", { merchantId: newId("mer") }],
    ["amount", { amount: money("1234.51", "INR") }],
    ["way to take it", { capture: false }],
  ])("a payment with another %s is not settled by the charge", async (_what, changes) => {
    const request = chargeRequest("4242424242424242");
    await charge(request);
    const lookup = { ...lookupOf(request), ...changes };
    await expect(gateway.findCharge(lookup, options)).rejects.toThrow("idempotency_conflict");
    stripe.forgetKeys();
    const found = await gateway.findCharge({ ...lookup, createdAt: new Date(0) }, options);
    expect(found.kind).toBe("unknown");
  });
});
