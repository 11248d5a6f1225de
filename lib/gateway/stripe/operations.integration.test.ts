import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import { GatewayRefusal, type PaymentGateway } from "../payment-gateway";
import { createStripeGateway } from "../stripe-gateway";
import { chargeRequest, money, options } from "../testing/requests";
import { ACCOUNT_ID, type FakeStripe, type Fate, SECRET_KEY, startStripe } from "./testing/start-stripe";

let stripe: FakeStripe;
let gateway: PaymentGateway;
beforeAll(async () => {
  stripe = await startStripe();
  gateway = createStripeGateway({ secretKey: SECRET_KEY, accountId: ACCOUNT_ID, apiUrl: stripe.url });
});
afterAll(() => stripe.stop());

async function approved(capture: boolean) {
  const request = chargeRequest("4242424242424242", { capture });
  const outcome = await gateway.charge(request, options);
  if (outcome.kind !== "approved") throw new Error(`The charge is ${outcome.kind}`);
  const { paymentId, amount } = request;
  return { paymentId, gatewayReference: outcome.gatewayReference, amount };
}

type Known = Awaited<ReturnType<typeof approved>>;
const intentOf = ({ gatewayReference }: Known) => stripe.books.intents.get(gatewayReference);
const refundedOf = ({ gatewayReference }: Known) =>
  [...stripe.books.refunds.values()]
    .filter((refund) => refund.payment_intent === gatewayReference && refund.status !== "failed")
    .reduce((sum, refund) => sum + refund.amount, 0);

const FATES: Fate[] = ["lost", "unsent", "reset", "half", "500", "broken", "503", "429", "401"];

describe("capture", () => {
  const captureOf = (known: Known, amount = "1234.50") => ({
    ...{ ...known, operationId: newId("op"), authorized: known.amount },
    amount: money(amount, "INR"),
  });

  it("takes what is held, all or a part of it, and again when sent again: once", async () => {
    for (const [amount, units] of [
      ["1234.50", 123_450],
      ["1.05", 105],
    ] as const) {
      const known = await approved(false);
      const capture = captureOf(known, amount);
      for (let time = 0; time < 2; time += 1) {
        expect(await gateway.capture(capture, options)).toEqual({ kind: "done" });
        expect(intentOf(known)).toMatchObject({ status: "succeeded", amount_received: units });
        stripe.forgetKeys();
      }
    }
  });

  it.each(FATES)("whose answer is %s is unknown, then done when sent again, once, also a day later", async (fate) => {
    for (const forget of [false, true]) {
      const known = await approved(false);
      const capture = captureOf(known, "7.50");
      stripe.next(/capture$/, fate);
      expect((await gateway.capture(capture, options)).kind).toBe("unknown");
      if (forget) stripe.forgetKeys();
      expect(await gateway.capture(capture, options)).toEqual({ kind: "done" });
      expect(intentOf(known)).toMatchObject({ amount_received: 750 });
    }
  });

  it("of more than is held is refused", async () => {
    const known = await approved(false);
    const refused = { kind: "refused", code: "amount_exceeds_authorized" };
    expect(await gateway.capture(captureOf(known, "1234.51"), options)).toMatchObject(refused);
    expect(intentOf(known)).toMatchObject({ status: "requires_capture" });
  });

  it("of what another operation took, or let go, is refused", async () => {
    const known = await approved(false);
    await gateway.capture(captureOf(known), options);
    const again = await gateway.capture(captureOf(known), options);
    expect(again).toMatchObject({ kind: "refused", code: "invalid_state" });
    const released = await approved(false);
    await gateway.voidHold({ ...released, operationId: newId("op") }, options);
    expect(await gateway.capture(captureOf(released), options)).toMatchObject({ code: "invalid_state" });
    expect(intentOf(released)).toMatchObject({ status: "canceled", amount_received: 0 });
  });

  it("of a hold that has expired says so", async () => {
    const known = await approved(false);
    Object.assign(intentOf(known) ?? {}, { status: "canceled", cancellation_reason: "automatic" });
    const refused = { kind: "refused", code: "authorization_expired" };
    expect(await gateway.capture(captureOf(known), options)).toMatchObject(refused);
  });

  it("of another payment's intent is never done", async () => {
    const [known, other] = [await approved(false), await approved(false)];
    const strange = { ...captureOf(known), gatewayReference: other.gatewayReference };
    await expect(gateway.capture(strange, options)).resolves.toMatchObject({ kind: "unknown" });
    await gateway.capture(captureOf(known), options);
    const nowhere = { ...captureOf(known), gatewayReference: "pi_0000" };
    expect((await gateway.capture(nowhere, options)).kind).toBe("unknown");
  });

  it("with another amount under the same id, while nothing was taken by it, throws", async () => {
    const known = await approved(false);
    const capture = captureOf(known, "99999.00");
    await gateway.capture(capture, options);
    await gateway.capture({ ...capture, amount: money("1.00", "INR") }, options);
    const changed = gateway.capture({ ...capture, amount: money("2.00", "INR") }, options);
    await expect(changed).rejects.toThrow(GatewayRefusal);
    expect(intentOf(known)).toMatchObject({ amount_received: 100 });
  });
});

describe("void", () => {
  it("lets go what is held, and again when sent again, also a day later", async () => {
    const known = await approved(false);
    const release = { ...known, operationId: newId("op") };
    for (let time = 0; time < 3; time += 1) {
      expect(await gateway.voidHold(release, options)).toEqual({ kind: "done" });
      if (time === 1) stripe.forgetKeys();
    }
    expect(intentOf(known)).toMatchObject({ status: "canceled" });
  });

  it.each(FATES)("whose answer is %s is unknown, then done when sent again", async (fate) => {
    const release = { ...(await approved(false)), operationId: newId("op") };
    stripe.next(/cancel$/, fate);
    expect((await gateway.voidHold(release, options)).kind).toBe("unknown");
    expect(await gateway.voidHold(release, options)).toEqual({ kind: "done" });
  });

  it("of what was taken is refused", async () => {
    const known = await approved(true);
    const outcome = await gateway.voidHold({ ...known, operationId: newId("op") }, options);
    expect(outcome).toMatchObject({ kind: "refused", code: "invalid_state" });
    expect(intentOf(known)).toMatchObject({ status: "succeeded" });
  });
});

describe("refund", () => {
  const refundOf = (known: Known, amount = "34.50") => ({
    ...{ ...known, refundId: newId("ref") },
    amount: money(amount, "INR"),
  });

  it("gives back once, however often and whenever it is sent", async () => {
    const known = await approved(true);
    const refund = refundOf(known);
    const first = await gateway.refund(refund, options);
    expect(first).toMatchObject({ kind: "succeeded", gatewayReference: expect.stringMatching(/^re_/) });
    const long = { ...options, timeoutMs: 10_000 };
    const again = await Promise.all(Array.from({ length: 10 }, () => gateway.refund(refund, long)));
    expect(new Set(again.map((outcome) => JSON.stringify(outcome)))).toEqual(new Set([JSON.stringify(first)]));
    stripe.forgetKeys();
    expect(await gateway.refund(refund, options)).toEqual(first);
    expect(refundedOf(known)).toBe(3450);
  });

  // The attack: a day later the key is forgotten, and a refund that is sent again is given twice.
  it.each(FATES)("whose answer is %s is unknown, then given once, also a day later", async (fate) => {
    const known = await approved(true);
    const refund = refundOf(known);
    stripe.next(/^POST \/v1\/refunds$/, fate);
    expect((await gateway.refund(refund, options)).kind).toBe("unknown");
    expect((await gateway.refund(refund, options)).kind).toBe("succeeded");
    stripe.forgetKeys();
    expect((await gateway.refund(refund, options)).kind).toBe("succeeded");
    expect(refundedOf(known)).toBe(3450);
  });

  it.each(FATES)("asks for nothing while the list of refunds is %s", async (fate) => {
    const known = await approved(true);
    stripe.next(/^GET \/v1\/refunds$/, fate);
    expect((await gateway.refund(refundOf(known), options)).kind).toBe("unknown");
    expect(refundedOf(known)).toBe(0);
  });

  it("is found among more than a page of others", async () => {
    const known = await approved(true);
    const refund = refundOf(known, "1.00");
    await gateway.refund(refund, options);
    for (let other = 0; other < 105; other += 1) await gateway.refund(refundOf(known, "1.00"), options);
    stripe.forgetKeys();
    await gateway.refund(refund, options);
    expect(refundedOf(known)).toBe(10_600);
  });

  it("of more than is left is refused", async () => {
    const known = await approved(true);
    const refused = { kind: "refused", code: "amount_exceeds_refundable" };
    expect(await gateway.refund(refundOf(known, "1234.51"), options)).toMatchObject(refused);
    await gateway.refund(refundOf(known, "1234.50"), options);
    expect(await gateway.refund(refundOf(known, "1.00"), options)).toMatchObject(refused);
  });

  it("that Stripe has still to work on is unknown, until it says what came of it", async () => {
    stripe.books.refundsBegin = "pending";
    const known = await approved(true);
    const [paid, failed] = [refundOf(known), refundOf(known)];
    for (const refund of [paid, failed]) expect((await gateway.refund(refund, options)).kind).toBe("unknown");
    stripe.books.refundsBegin = "succeeded";
    for (const refund of stripe.books.refunds.values()) {
      if (refund.metadata.refund_id === paid.refundId) refund.status = "succeeded";
      if (refund.metadata.refund_id === failed.refundId) refund.status = "failed";
    }
    expect((await gateway.refund(paid, options)).kind).toBe("succeeded");
    expect(await gateway.refund(failed, options)).toMatchObject({ kind: "refused", code: "refused" });
  });

  it("of what is only held is refused", async () => {
    const known = await approved(false);
    expect(await gateway.refund(refundOf(known), options)).toMatchObject({ kind: "refused", code: "invalid_state" });
  });
});
