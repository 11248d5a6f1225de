import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as sandboxRoute } from "@/app/api/gateway/sandbox/route";
import { POST } from "@/app/api/gateway/stripe/route";
import { SECRET_KEY, startStripe } from "@/lib/gateway/stripe/testing/start-stripe";
import { createStripeGateway } from "@/lib/gateway/stripe-gateway";
import type { PaymentId } from "@/lib/ids/id";
import { createPayment } from "@/lib/payments/create-payment";
import { findPayment } from "@/lib/payments/payment-store";
import { contextOf } from "@/lib/payments/testing/payment-desk";
import { type ApiDesk, openApiDesk } from "./testing/api-desk";

const SECRET = "whsec_0123456789abcdef0123456789abcdef";

let stripe: Awaited<ReturnType<typeof startStripe>>;
let desk: ApiDesk;
beforeAll(async () => {
  stripe = await startStripe();
  const settings = { GATEWAY: "stripe", STRIPE_SECRET_KEY: SECRET_KEY, STRIPE_WEBHOOK_SECRET: SECRET };
  desk = await openApiDesk(undefined, settings);
});
afterAll(async () => {
  await desk.close();
  stripe.stop();
});

let keys = 0;
/** A payment at Stripe, through our own core. */
async function pay(number = "4242424242424242", timeoutMs = 5_000) {
  const { world } = desk;
  const merchantId = await world.addMerchant();
  keys += 1;
  const body = { amount: "1234.56", currency: "INR", card: await world.addCard(merchantId, number), cvc: "123" };
  const { request, order } = world.call(merchantId, `stripe-${keys}`, body);
  const gateway = createStripeGateway({ secretKey: SECRET_KEY, apiUrl: stripe.url });
  const answer = await createPayment(
    world.services({ gateway, gatewayTimeoutMs: timeoutMs }),
    contextOf(merchantId),
    request,
    order,
  );
  const { id, status } = JSON.parse(answer.body) as { id: PaymentId; status: string };
  const row = () => findPayment(world.owner.db, { merchantId, mode: "test" }, id);
  return { id, status, row };
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

it("events about what is not ours are taken and change nothing", async () => {
  expect(await tell(eventOf("evt_other", "invoice.paid", { id: "in_1" }))).toBe(200);
});

it("the sandbox has no address where Stripe is the acquirer", async () => {
  expect(await tell(eventOf("evt_0", "invoice.paid", {}), sandboxRoute)).toBe(404);
});
