import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import type { OwnCharge } from "../gateway-callback";
import { money } from "../testing/requests";
import { readStripeCallback } from "./callback";

const SECRET = "whsec_0123456789abcdef0123456789abcdef";
const NOW = 1_760_000_000;

const [paymentId, merchantId, operationId, refundId] = [newId("pay"), newId("mer"), newId("op"), newId("ref")];
const own: OwnCharge = { paymentId, merchantId, amount: money("10.00", "INR"), capture: true, gatewayReference: null };

const intent = {
  ...{ id: "pi_1", object: "payment_intent", amount: 1000, amount_received: 1000, amount_capturable: 0 },
  ...{ currency: "inr", status: "succeeded", capture_method: "automatic", created: NOW, cancellation_reason: null },
  ...{ metadata: { payment_id: paymentId, merchant_id: merchantId } as Record<string, string> },
  last_payment_error: null as object | null,
};
const event = (type: string, object: object) => ({ id: "evt_1", object: "event", type, data: { object } });
const succeeded = event("payment_intent.succeeded", intent);

const sign = (payload: string, timestamp = NOW, secret = SECRET) =>
  Stripe.webhooks.generateTestHeaderString({ payload, timestamp, secret });

function read(body: unknown, signature?: string | null, now = NOW) {
  const text = JSON.stringify(body);
  return readStripeCallback(signature === undefined ? sign(text) : signature, Buffer.from(text), SECRET, now);
}

const codeOf = (attempt: () => unknown) => {
  try {
    attempt();
    return null;
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
};

// The attack: somebody who can reach the address tells us that payments were captured.
describe("stripe-callback.signature", () => {
  const text = JSON.stringify(succeeded);

  it("is right over the time and the raw body, under our secret alone", () => {
    expect(read(succeeded).id).toBe("evt_1");
    // While a secret is being replaced Stripe signs with both.
    const both = `${sign(text, NOW, "whsec_another_secret_of_32_characters")},${sign(text).replace(/^t=[0-9]+,/, "")}`;
    expect(read(succeeded, both).id).toBe("evt_1");
    expect(codeOf(() => read(succeeded, null))).toBe("signature_missing");
    expect(codeOf(() => read(succeeded, sign(text, NOW, `${SECRET}.`)))).toBe("signature_invalid");
    expect(codeOf(() => read(succeeded, sign(`${text} `)))).toBe("signature_invalid");
    expect(codeOf(() => read(succeeded, sign(text).replace(`t=${NOW}`, `t=${NOW + 1}`)))).toBe("signature_invalid");
    expect(codeOf(() => read(succeeded, sign(text).replace("v1=", "v0=")))).toBe("signature_invalid");
  });

  it.each(["", "t=", "v1=aa", "t=-1,v1=aa", "t=1x,v1=aa", "junk"])("%j is malformed", (signature) => {
    expect(codeOf(() => read(succeeded, signature))).toBe("signature_malformed");
  });

  // The package takes the last t and reads as much of it as is a number: its signature fits, and the time we would check is another.
  it.each(["t=OLDx", "t=OLD", " t=OLD", "t= OLD", "t=OLD=1", "t"])(
    "an old event with a second time, %j, is malformed",
    (second) => {
      const old = NOW - 86_400;
      const item = second.replace("OLD", String(old));
      const v1 = sign(text, old).replace(/^t=[0-9]+,/, "");
      for (const header of [`t=${NOW},${item},${v1}`, `${item},t=${NOW},${v1}`, `t=${NOW},${v1},${item}`]) {
        expect([header, codeOf(() => read(succeeded, header))]).toEqual([header, "signature_malformed"]);
      }
    },
  );

  it("is good for 300 seconds either way by the database's clock", () => {
    for (const off of [-300, 0, 300]) expect(read(succeeded, undefined, NOW + off).id).toBe("evt_1");
    for (const off of [-301, 301]) {
      expect(codeOf(() => read(succeeded, undefined, NOW + off))).toBe("timestamp_out_of_range");
    }
  });

  it("right over what is no event: malformed_body", () => {
    for (const body of [{}, { ...succeeded, id: "../x" }, { ...succeeded, data: null }]) {
      expect(codeOf(() => read(body))).toBe("malformed_body");
    }
    const broken = Buffer.from('{"id":"evt_1"');
    expect(codeOf(() => readStripeCallback(sign(broken.toString()), broken, SECRET, NOW))).toBe("malformed_body");
  });
});

function about<About extends "charge" | "operation" | "release" | "refund">(body: unknown, what: About) {
  const { subject } = read(body);
  if (subject.about !== what) throw new Error(`It is about ${subject.about}`);
  return subject as Extract<typeof subject, { about: About }>;
}

describe("an event about a charge", () => {
  const judge = (type: string, changes: object, of: Partial<OwnCharge> = {}) =>
    about(event(type, { ...intent, ...changes }), "charge").read({ ...own, ...of });

  it("is Stripe's word when it is wholly ours", () => {
    expect(read(succeeded).paymentId).toBe(paymentId);
    expect(judge("payment_intent.succeeded", {})).toEqual({
      kind: "approved",
      state: "captured",
      gatewayReference: "pi_1",
    });
    const held = { status: "requires_capture", amount_received: 0, amount_capturable: 1000, capture_method: "manual" };
    const authorized = judge("payment_intent.amount_capturable_updated", held, { capture: false });
    expect(authorized).toMatchObject({ kind: "approved", state: "authorized" });
    const declined = {
      ...{ status: "requires_payment_method", amount_received: 0 },
      last_payment_error: { code: "card_declined", decline_code: "insufficient_funds" },
    };
    // Another confirmation could still succeed: it is declined when its intent is cancelled.
    expect(judge("payment_intent.payment_failed", declined)).toEqual({ kind: "earlier" });
  });

  it.each([
    ["amount", { amount: 1001, amount_received: 1001 }],
    ["received amount", { amount_received: 999 }],
    ["currency", { currency: "usd" }],
    ["merchant", { metadata: { ...intent.metadata, merchant_id: newId("mer") } }],
    ["way to take it", { capture_method: "manual" }],
    ["state", { status: "requires_action" }],
  ])("with another %s is refused", (_what, changes) => {
    expect(judge("payment_intent.succeeded", changes).kind).toBe("unknown");
  });

  it("of another payment, or of another intent than the known one, is refused", () => {
    expect(judge("payment_intent.succeeded", {}, { paymentId: newId("pay") }).kind).toBe("unknown");
    expect(judge("payment_intent.succeeded", {}, { gatewayReference: "pi_2" }).kind).toBe("unknown");
  });
});

describe("an event about a capture", () => {
  const held: OwnCharge = { ...own, capture: false, gatewayReference: "pi_1" };
  const metadata = { ...intent.metadata, operation_id: operationId };
  const capture = (changes: object = {}) =>
    event("payment_intent.succeeded", {
      ...intent,
      capture_method: "manual",
      amount_received: 750,
      metadata,
      ...changes,
    });
  const asked = { type: "capture", amount: money("7.50", "INR") } as const;

  it("is Stripe's word when it is wholly ours", () => {
    expect(about(capture(), "operation").operationId).toBe(operationId);
    expect(about(capture(), "operation").read(held, asked)).toEqual({ kind: "done" });
  });

  it.each([
    ["received amount", { amount_received: 751 }],
    ["amount", { amount: 750 }],
    ["currency", { currency: "usd" }],
    ["intent", { id: "pi_2" }],
    ["state", { status: "requires_capture" }],
  ])("with another %s is refused", (_what, changes) => {
    expect(about(capture(changes), "operation").read(held, asked).kind).toBe("unknown");
  });

  it("is not about a void", () => {
    expect(about(capture(), "operation").read(held, { type: "void", amount: null }).kind).toBe("unknown");
  });
});

describe("an event about a refund", () => {
  const refund = {
    ...{ id: "re_1", object: "refund", amount: 250, currency: "inr", status: "succeeded", payment_intent: "pi_1" },
    metadata: { refund_id: refundId, payment_id: paymentId },
  };
  const judge = (changes: object, known: string | null = null) =>
    about(event("refund.updated", { ...refund, ...changes }), "refund").read(
      { ...own, gatewayReference: "pi_1" },
      { amount: money("2.50", "INR"), gatewayReference: known },
    );

  it("is Stripe's word when it is wholly ours", () => {
    expect(judge({})).toEqual({ kind: "succeeded", gatewayReference: "re_1" });
    expect(judge({ status: "failed" })).toMatchObject({ kind: "refused", code: "refused" });
    expect(judge({ status: "pending" })).toEqual({ kind: "earlier" });
    expect(judge({ status: "failed" }, "re_1").kind).toBe("refused");
    expect(judge({ status: "failed" }, "re_2").kind).toBe("unknown");
  });

  it.each([
    ["amount", { amount: 251 }],
    ["amount, while pending", { amount: 251, status: "pending" }],
    ["currency", { currency: "usd" }],
    ["intent", { payment_intent: "pi_2" }],
  ])("with another %s is refused", (_what, changes) => expect(judge(changes).kind).toBe("unknown"));
});

describe("an event about a hold that ended", () => {
  const canceled = { ...intent, status: "canceled", amount_received: 0 };
  const judge = (changes: object, of: Partial<OwnCharge> = {}) =>
    about(event("payment_intent.canceled", { ...canceled, ...changes }), "release").read({ ...own, ...of }).kind;

  it("is Stripe's word when it is wholly ours", () => {
    expect(judge({})).toBe("released");
    expect(judge({}, { gatewayReference: "pi_1" })).toBe("released");
  });

  it.each([
    ["amount", { amount: 999 }],
    ["currency", { currency: "usd" }],
    ["merchant", { metadata: { ...intent.metadata, merchant_id: newId("mer") } }],
    ["way to take it", { capture_method: "manual" }],
    ["state", { status: "requires_capture" }],
  ])("with another %s is refused", (_what, changes) => expect(judge(changes)).toBe("unknown"));

  it("of another intent than the known one is refused", () => {
    expect(judge({}, { gatewayReference: "pi_2" })).toBe("unknown");
  });
});

it.each([
  ["another kind", event("invoice.paid", { id: "in_1" })],
  ["a charge's own event", event("charge.succeeded", { id: "ch_1" })],
  ["an intent of others", event("payment_intent.succeeded", { ...intent, metadata: {} })],
  ["an intent with an id of others", event("payment_intent.succeeded", { ...intent, metadata: { payment_id: "1" } })],
  ["an intent that is new", event("payment_intent.created", intent)],
  ["a refund of others", event("refund.created", { id: "re_1", object: "refund", metadata: {} })],
])("%s is about nothing that settles", (_what, body) => expect(read(body).subject.about).toBe("nothing"));
