import { and, eq, ne } from "drizzle-orm";
import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as sandboxRoute } from "@/app/api/gateway/sandbox/route";
import { POST } from "@/app/api/gateway/stripe/route";
import { events } from "@/db/schema";
import { ACCOUNT_ID, SECRET_KEY, startStripe } from "@/lib/gateway/stripe/testing/start-stripe";
import { createStripeGateway } from "@/lib/gateway/stripe-gateway";
import type { PaymentId, RefundId } from "@/lib/ids/id";
import { createPayment } from "@/lib/payments/create-payment";
import { operateOnHold } from "@/lib/payments/operate-on-hold";
import { findPayment } from "@/lib/payments/payment-store";
import { refundPayment } from "@/lib/payments/refund-payment";
import { findRefund } from "@/lib/payments/refund-store";
import { contextOf } from "@/lib/payments/testing/payment-desk";
import { type ApiDesk, openApiDesk } from "./testing/api-desk";

const SECRET = "whsec_0123456789abcdef0123456789abcdef";

let stripe: Awaited<ReturnType<typeof startStripe>>;
let desk: ApiDesk;
beforeAll(async () => {
  stripe = await startStripe();
  const settings = {
    GATEWAY: "stripe",
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_ACCOUNT_ID: ACCOUNT_ID,
    STRIPE_WEBHOOK_SECRET: SECRET,
  };
  desk = await openApiDesk(undefined, settings);
});
afterAll(async () => {
  await desk.close();
  stripe.stop();
});

let keys = 0;
/** A payment at Stripe, through our own core. */
async function pay(number = "4242424242424242", timeoutMs = 5_000, changes: Readonly<Record<string, unknown>> = {}) {
  const { world } = desk;
  const merchantId = await world.addMerchant();
  keys += 1;
  const body = {
    amount: "1234.56",
    currency: "INR",
    card: await world.addCard(merchantId, number),
    cvc: "123",
    ...changes,
  };
  const { request, order } = world.call(merchantId, `stripe-${keys}`, body);
  const gateway = createStripeGateway({ secretKey: SECRET_KEY, accountId: ACCOUNT_ID, apiUrl: stripe.url });
  const services = world.services({ gateway, gatewayTimeoutMs: timeoutMs });
  const context = contextOf(merchantId);
  const answer = await createPayment(services, context, request, order);
  const { id, status } = JSON.parse(answer.body) as { id: PaymentId; status: string };
  const row = () => findPayment(world.owner.db, { merchantId, mode: "test" }, id);
  const told = async () =>
    (
      await world.owner.db
        .select()
        .from(events)
        .where(and(eq(events.merchantId, merchantId), ne(events.type, "card.created")))
        .orderBy(events.position)
    ).map(({ type, data }) => [type, data.status]);
  const another = (name: string) => ({ ...request, key: `${request.key}-${name}` });
  const refund = async (amount: string) => {
    const asked = await refundPayment(services, context, another(amount), { paymentId: id, amount, reason: null });
    const stored = [...stripe.books.refunds.values()].at(-1);
    return { ...(JSON.parse(asked.body) as { id: RefundId; status: string }), stored };
  };
  const refundRow = (refundId: RefundId) => findRefund(world.owner.db, { merchantId, mode: "test" }, refundId);
  const capture = (name: string) =>
    operateOnHold(services, context, another(name), { paymentId: id, type: "capture", amount: null });
  return { id, status, row, told, refund, refundRow, capture };
}

async function tell(event: object, route = POST, secret = SECRET): Promise<number> {
  const body = JSON.stringify(event);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret });
  const headers = { "stripe-signature": signature, "x-countinghouse-client-address": "192.0.2.9" };
  const request = new Request("http://127.0.0.1/api/gateway/stripe", { method: "POST", headers, body });
  return (await route(request, { params: Promise.resolve({}) })).status;
}

const eventOf = (id: string, type: string, object: unknown) => ({ id, object: "event", type, data: { object } });

describe("a payment at Stripe", () => {
  it("goes from the API to Stripe and back", async () => {
    const { id, status, row } = await pay();
    const [intent] = stripe.chargesOf(id);
    expect(status).toBe("captured");
    expect(await row()).toMatchObject({ status: "captured", gatewayReference: intent?.id });
    expect((await pay("4000000000009995")).status).toBe("failed");
  });

  it("whose answer is lost is settled by its webhook, once, however often that comes", async () => {
    stripe.next(/confirm$/, "lost");
    const { id, status, row } = await pay(undefined, 600);
    expect(status).toBe("pending");
    const [intent] = stripe.chargesOf(id);
    const event = eventOf("evt_lost", "payment_intent.succeeded", intent);
    const answers = await Promise.all(Array.from({ length: 20 }, () => tell(event)));
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await row()).toMatchObject({ status: "captured", gatewayReference: intent?.id });
  });

  it("keeps what it is when a late failure is told of it", async () => {
    const { id, row } = await pay();
    const [intent] = stripe.chargesOf(id);
    const failed = {
      ...{ ...intent, status: "requires_payment_method", amount_received: 0 },
      last_payment_error: { code: "card_declined" },
    };
    expect(await tell(eventOf("evt_late", "payment_intent.payment_failed", failed))).toBe(200);
    expect((await row())?.status).toBe("captured");
  });

  it("is not settled by a webhook with another amount, or that Stripe did not sign", async () => {
    stripe.next(/confirm$/, "lost");
    const { id, row } = await pay(undefined, 600);
    const [intent] = stripe.chargesOf(id);
    const event = eventOf("evt_true", "payment_intent.succeeded", intent);
    expect(await tell(event, POST, "whsec_another_secret_of_32_characters")).toBe(401);
    const more = { ...intent, amount: 123_457, amount_received: 123_457 };
    expect(await tell(eventOf("evt_more", "payment_intent.succeeded", more))).toBe(422);
    expect((await row())?.status).toBe("pending");
    expect(await tell(event)).toBe(200);
    expect((await row())?.status).toBe("captured");
  });
});

// The attack: a hold that Stripe let go stands as authorised for ever, and goods are sent for money that nobody holds.
describe("a hold that ends at Stripe", () => {
  const holdOf = async (timeoutMs?: number) => {
    const held = await pay(undefined, timeoutMs, { capture: false });
    const [intent] = stripe.chargesOf(held.id);
    return { ...held, intent, canceled: { ...intent, status: "canceled", amount_capturable: 0 } };
  };

  it("is voided by a verified word, once, however often that comes", async () => {
    const { row, told, canceled } = await holdOf();
    const event = eventOf("evt_hold", "payment_intent.canceled", canceled);
    expect(await tell({ ...event, id: "evt_forged" }, POST, "whsec_another_secret_of_32_characters")).toBe(401);
    expect(await tell(eventOf("evt_less", "payment_intent.canceled", { ...canceled, amount: 123 }))).toBe(422);
    expect((await row())?.status).toBe("authorized");
    expect(await Promise.all([tell(event), tell(event), tell({ ...event, id: "evt_hold_2" })])).toEqual([
      200, 200, 200,
    ]);
    expect(await row()).toMatchObject({ status: "voided", capturedMinor: 0n });
    expect(await told()).toEqual([
      ["payment.authorized", "authorized"],
      ["payment.voided", "voided"],
    ]);
  });

  it("is told again when the fault is that word coming before our own of the hold: 503, and nothing is spent", async () => {
    stripe.next(/confirm$/, "lost");
    const { row, told, intent, canceled } = await holdOf(600);
    const event = eventOf("evt_early", "payment_intent.canceled", canceled);
    expect([await tell(event), await tell(event)]).toEqual([503, 503]);
    expect((await row())?.status).toBe("pending");
    expect(await tell(eventOf("evt_held", "payment_intent.amount_capturable_updated", intent))).toBe(200);
    expect([await tell(event), (await row())?.status]).toEqual([200, "voided"]);
    expect(await told()).toEqual([
      ["payment.authorized", "authorized"],
      ["payment.voided", "voided"],
    ]);
  });

  it("ends the capture that is under way: it has failed", async () => {
    const { row, told, canceled, capture } = await holdOf(600);
    stripe.next(/capture$/, "unsent");
    expect((await capture("under-way")).status).toBe(202);
    expect(await row()).toMatchObject({ status: "authorized", operation: { type: "capture" } });
    expect(await tell(eventOf("evt_mid", "payment_intent.canceled", canceled))).toBe(200);
    expect(await row()).toMatchObject({ status: "voided", operation: null });
    expect((await told()).at(-1)).toEqual(["payment.voided", "voided"]);
  });

  it("is not let go when its money was taken", async () => {
    const { row, canceled, capture } = await holdOf();
    expect((await capture("first")).status).toBe(200);
    expect(await tell(eventOf("evt_taken", "payment_intent.canceled", canceled))).toBe(200);
    expect((await row())?.status).toBe("captured");
  });
});

// The attack: the customer's bank sends a refund back, and the books say for ever that the customer has it.
describe("a refund that comes back", () => {
  it("has failed then, and its money may be refunded anew", async () => {
    const { row, told, refund, refundRow } = await pay();
    const [part, rest] = [await refund("1000.00"), await refund("234.56")];
    expect(await row()).toMatchObject({ status: "refunded", refundedMinor: 123_456n });
    const failed = (id: string, changes: object = {}) =>
      eventOf(id, "refund.failed", { ...part.stored, status: "failed", ...changes });
    expect(await tell(failed("evt_re_other", { id: "re_other" }))).toBe(422);
    expect(await tell(failed("evt_re_less", { amount: 1 }))).toBe(422);
    expect(await Promise.all([tell(failed("evt_re")), tell(failed("evt_re")), tell(failed("evt_re_2"))])).toEqual([
      200, 200, 200,
    ]);
    expect(await refundRow(part.id)).toMatchObject({ status: "failed", failureCode: "refused" });
    expect(await refundRow(rest.id)).toMatchObject({ status: "succeeded" });
    expect(await row()).toMatchObject({ status: "partially_refunded", refundedMinor: 23_456n, refundPendingMinor: 0n });
    expect((await told()).at(-1)).toEqual(["refund.failed", "failed"]);
    // An older word comes late: what came back stays back.
    expect(await tell(eventOf("evt_re_late", "refund.updated", { ...part.stored, status: "succeeded" }))).toBe(200);
    expect((await refundRow(part.id))?.status).toBe("failed");
    if (part.stored) stripe.books.refunds.set(part.stored.id, { ...part.stored, status: "failed" });
    await expect(refund("1000.01")).rejects.toMatchObject({ code: "amount_exceeds_refundable" });
    expect((await refund("1000")).status).toBe("succeeded");
    expect((await row())?.status).toBe("refunded");
  });
});

it("events about what is not ours are taken and change nothing", async () => {
  expect(await tell(eventOf("evt_other", "invoice.paid", { id: "in_1" }))).toBe(200);
});

it("the sandbox has no address where Stripe is the acquirer", async () => {
  expect(await tell(eventOf("evt_0", "invoice.paid", {}), sandboxRoute)).toBe(404);
});
