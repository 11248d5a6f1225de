import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { newId } from "@/lib/ids/id";
import {
  CALLBACK_SECRET,
  type CallbackDesk,
  chargeCallback,
  openCallbackDesk,
  sign,
  tell,
} from "./testing/callback-desk";

let desk: CallbackDesk;
beforeAll(async () => {
  desk = await openCallbackDesk();
});
afterAll(() => desk.close());

/** A payment whose outcome we do not know, and of which the acquirer has told nothing yet. */
async function pending(changes: Readonly<Record<string, unknown>> = {}) {
  desk.address.open(false);
  // Never answers, and has not charged: nothing comes from the acquirer itself.
  const { id, status } = await desk.pay("4000000000009029", changes, 100);
  desk.address.open(true);
  expect(status).toBe("pending");
  return { id, merchantId: desk.merchantId };
}

const send = (body: string) => tell(body, sign(body));
const TAKEN = { status: 200, code: null };

describe("callback.once: the attack is the same callback many times, or many that say the same", () => {
  it("50 of one callback at once are one transition", async () => {
    const payment = await pending();
    const body = chargeCallback(payment);
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(body)));
    expect(answers).toEqual(Array(50).fill(TAKEN));
    expect(await desk.row(payment.id)).toMatchObject({ status: "captured", gatewayReference: "ch_told" });
    expect(await desk.transitions(payment.id)).toEqual({ updates: 1, events: ["payment.captured"] });
    expect(await desk.noted(payment.id)).toMatchObject([{ outcome: "applied", reason: null }]);
  });

  it("50 callbacks at once that say the same are one transition", async () => {
    const payment = await pending();
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(chargeCallback(payment))));
    expect(answers).toEqual(Array(50).fill(TAKEN));
    expect(await desk.transitions(payment.id)).toEqual({ updates: 1, events: ["payment.captured"] });
    const noted = await desk.noted(payment.id);
    expect(noted).toHaveLength(50);
    expect(noted.filter(({ outcome }) => outcome === "applied")).toHaveLength(1);
    expect(await desk.reports(payment.id)).toEqual([]);
  });

  it("callbacks at once that contradict one another: the first is believed, the others are reported", async () => {
    const payment = await pending();
    const kinds = Array.from({ length: 20 }, (_, place) => (place % 2 === 0 ? "charge.captured" : "charge.declined"));
    await Promise.all(kinds.map((type) => send(chargeCallback(payment, { type }))));
    const { status } = await desk.row(payment.id);
    expect(await desk.transitions(payment.id)).toEqual({ updates: 1, events: [`payment.${status}`] });
    expect(await desk.reports(payment.id)).toHaveLength(10);
  });

  it("20 at once from the acquirer itself, once out of order: captured", async () => {
    const { id, status } = await desk.pay("4000000000009094", {}, 5_000);
    expect(status).toBe("captured");
    await expect.poll(async () => (await desk.noted(id)).length, { timeout: 5_000 }).toBe(11);
    const outcomes = (await desk.noted(id)).map(({ outcome, reason }) => `${outcome} ${reason}`);
    expect(outcomes).toContain("ignored what was true earlier");
    expect(outcomes.filter((outcome) => outcome.startsWith("applied")).length).toBeLessThanOrEqual(1);
    expect(await desk.transitions(id)).toEqual({ updates: 1, events: ["payment.captured"] });
    expect(await desk.reports(id)).toEqual([]);
  });
});

describe("callback.order: it comes before the answer, or after everything", () => {
  it("before the acquirer's answer: the same end state, and the call is answered with it", async () => {
    const { id, status } = await desk.pay("4000000000009052", {}, 5_000);
    expect(status).toBe("captured");
    expect(await desk.noted(id)).toMatchObject([{ outcome: "applied" }]);
    expect(await desk.transitions(id)).toEqual({ updates: 1, events: ["payment.captured"] });
  });

  it.each([
    ["charges, then never answers", "4000000000009011"],
    ["charges, then answers 500", "4000000000009037"],
    ["charges, then resets the connection", "4000000000009060"],
    ["charges, then answers with half a document", "4000000000009078"],
  ])("where the acquirer %s, its callback settles the payment as its ledger has it", async (_, number) => {
    for (const capture of [true, false]) {
      const { id } = await desk.pay(number, { capture });
      const expected = capture ? "captured" : "authorized";
      await expect.poll(async () => (await desk.row(id)).status, { timeout: 5_000 }).toBe(expected);
      const [charge] = await desk.world.charges({ idempotency_key: id });
      expect(charge).toMatchObject({ status: expected, id: (await desk.row(id)).gatewayReference });
      expect(await desk.transitions(id)).toEqual({ updates: 1, events: [`payment.${expected}`] });
    }
  });

  it("also when we were away at first: it comes again", { timeout: 20_000 }, async () => {
    desk.address.open(false);
    const { id, status } = await desk.pay("4000000000009011");
    expect(status).toBe("pending");
    desk.address.open(true);
    await expect.poll(async () => (await desk.row(id)).status, { timeout: 10_000 }).toBe("captured");
  });

  it("a late 'failed' after captured is ignored, and reported", async () => {
    const payment = await pending();
    await send(chargeCallback(payment));
    const late = chargeCallback(payment, { type: "charge.declined" });
    expect(await send(late)).toEqual(TAKEN);
    expect(await send(late)).toEqual(TAKEN);
    expect(await desk.row(payment.id)).toMatchObject({ status: "captured", failureCode: null });
    expect(await desk.transitions(payment.id)).toEqual({ updates: 1, events: ["payment.captured"] });
    expect(await desk.reports(payment.id)).toEqual([
      {
        action: "gateway_callback.ignored",
        details: expect.objectContaining({ reason: "a late declined of a payment that is captured" }),
      },
    ]);
  });

  it("a 'captured' for a payment that has failed is reported: money may have been taken", async () => {
    const payment = await pending();
    await send(chargeCallback(payment, { type: "charge.declined" }));
    await send(chargeCallback(payment));
    expect((await desk.row(payment.id)).status).toBe("failed");
    expect(await desk.reports(payment.id)).toMatchObject([{ action: "gateway_callback.ignored" }]);
  });

  it("one of another charge than the one that settled is reported", async () => {
    const payment = await pending();
    await send(chargeCallback(payment));
    expect(await send(chargeCallback(payment, { charge: { id: "ch_second" } }))).toMatchObject({ status: 422 });
    expect((await desk.row(payment.id)).gatewayReference).toBe("ch_told");
    expect(await desk.reports(payment.id)).toHaveLength(1);
  });
});

describe("callback.forged: the attack is a callback that makes a payment look paid, or another one", () => {
  it.each([
    ["amount", { charge: { amount: "1234.57", captured: "1234.57" } }],
    ["captured amount", { charge: { captured: "1.00" } }],
    ["currency", { charge: { currency: "USD" } }],
    ["merchant", { charge: { merchant: newId("mer") } }],
    ["state than its kind", { type: "charge.captured", charge: { status: "authorized" } }],
  ])(
    "with another %s: refused each time it comes, reported once, and the payment is still pending",
    async (_, changes) => {
      const payment = await pending();
      const body = chargeCallback(payment, changes);
      for (let time = 0; time < 2; time += 1) {
        expect(await send(body)).toEqual({ status: 422, code: "callback_refused" });
      }
      expect((await desk.row(payment.id)).status).toBe("pending");
      expect(await desk.transitions(payment.id)).toEqual({ updates: 0, events: [] });
      expect(await desk.reports(payment.id)).toMatchObject([{ action: "gateway_callback.refused" }]);
      expect(await desk.noted(payment.id)).toMatchObject([{ outcome: "refused" }]);
      // What was refused does not keep the right one from being taken.
      expect(await send(chargeCallback(payment))).toEqual(TAKEN);
      expect((await desk.row(payment.id)).status).toBe("captured");
    },
  );

  it.each([
    ["without a signature", () => null, "signature_missing"],
    ["with a signature that is none", () => "t=1,v1=x", "signature_malformed"],
    ["signed with another secret", (body: string) => sign(body, `${CALLBACK_SECRET}.`), "signature_invalid"],
    ["signed for another body", (body: string) => sign(`${body} `), "signature_invalid"],
    [
      "signed too long ago",
      (body: string) => sign(body, CALLBACK_SECRET, nowSeconds() - 310),
      "timestamp_out_of_range",
    ],
    [
      "signed in the future",
      (body: string) => sign(body, CALLBACK_SECRET, nowSeconds() + 310),
      "timestamp_out_of_range",
    ],
  ])("%s: 401, reported, and its id is not spent", async (_, signature, code) => {
    const payment = await pending();
    const body = chargeCallback(payment);
    const before = (await desk.reports(null)).length;
    expect(await tell(body, signature(body))).toEqual({ status: 401, code });
    expect((await desk.row(payment.id)).status).toBe("pending");
    expect(await desk.noted(payment.id)).toEqual([]);
    expect((await desk.reports(null)).slice(before)).toMatchObject([
      { action: "gateway_callback.refused", details: { reason: code } },
    ]);
    expect(await send(body)).toEqual(TAKEN);
  });

  it("of a payment that was begun at another acquirer: refused and reported, and the payment stays pending", async () => {
    const payment = await pending();
    await desk.world.tamper(sql`update payments set gateway = 'stripe:acct_1:test' where id = ${payment.id}`);
    expect(await send(chargeCallback(payment))).toEqual({ status: 422, code: "callback_refused" });
    expect((await desk.row(payment.id)).status).toBe("pending");
    expect(await desk.reports(payment.id)).toMatchObject([
      { action: "gateway_callback.refused", details: { reason: expect.stringContaining("another acquirer") } },
    ]);
  });

  it("about a payment that is not there: refused and reported", async () => {
    const id = newId("pay");
    const body = chargeCallback({ id, merchantId: desk.merchantId });
    expect(await send(body)).toEqual({ status: 422, code: "callback_refused" });
    expect(await desk.reports(id)).toMatchObject([{ details: { reason: "no such payment" } }]);
  });

  it("about nothing of ours, or no callback at all: nothing happens", async () => {
    const payment = await pending();
    expect(await send(chargeCallback(payment, { key: "order-1" }))).toEqual(TAKEN);
    expect(await send(chargeCallback(payment, { charge: { idempotency_key: "order-1" } }))).toEqual(TAKEN);
    expect(await send("{}")).toEqual({ status: 400, code: "malformed_body" });
    expect(await send("x".repeat(70_000))).toEqual({ status: 413, code: "body_too_large" });
    expect((await desk.row(payment.id)).status).toBe("pending");
  });

  it("there is nothing at the address where no secret is set up", async () => {
    vi.resetModules();
    vi.stubEnv("SANDBOX_CALLBACK_SECRET", "");
    const { POST } = await import("@/app/api/gateway/sandbox/route");
    const body = chargeCallback({ id: newId("pay"), merchantId: desk.merchantId });
    const headers = { "x-sandbox-signature": sign(body) };
    const request = new Request("http://127.0.0.1/api/gateway/sandbox", { method: "POST", headers, body });
    expect((await POST(request, { params: Promise.resolve({}) })).status).toBe(404);
    vi.stubEnv("SANDBOX_CALLBACK_SECRET", CALLBACK_SECRET);
    vi.resetModules();
  });
});

const nowSeconds = () => Math.floor(Date.now() / 1000);
