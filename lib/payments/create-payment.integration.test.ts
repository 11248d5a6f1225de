import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "@/db/client";
import { auditEntries } from "@/db/schema";
import { transact } from "@/db/transact";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import { insertKey } from "@/lib/idempotency/idempotency-store";
import { newId } from "@/lib/ids/id";
import { findSealedNumber } from "@/lib/vault/card-store";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { paymentResource } from "./payment-resource";
import { findPayment, insertPendingPayment } from "./payment-store";
import { codeOf, contextOf, idIn, openPaymentDesk, type PaymentDesk, statusIn } from "./testing/payment-desk";

let sandbox: Sandbox;
let desk: PaymentDesk;

beforeAll(async () => {
  sandbox = await startSandbox();
  desk = await openPaymentDesk(sandbox.url);
});
afterAll(async () => {
  await desk.world.close();
  await sandbox.stop();
});

let keys = 0;
function newKey(): string {
  keys += 1;
  return `key-${keys}`;
}

const chargesFor = (reference: string) => desk.world.charges({ reference });

describe("idempotency.one-charge: the attack is to retry, or to press the button fifty times", () => {
  it("50 calls at once with one key make one charge, and all get the same bytes", async () => {
    const order = desk.call(newKey(), { reference: "fifty-at-once" });
    const answers = await Promise.all(Array.from({ length: 50 }, () => desk.pay(order)));
    expect(new Set(answers.map(({ body, status }) => `${status} ${body}`)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await chargesFor("fifty-at-once")).toHaveLength(1);
    expect(statusIn(answers[0]?.body ?? "")).toBe("captured");
  });

  it("50 calls at once of two servers make one charge", async () => {
    const order = desk.call(newKey(), { reference: "fifty-two-servers" });
    const other = connect(desk.world.database.appUrl, { poolSize: 10, statementTimeoutMs: 10_000 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => desk.pay(order, index % 2 === 0 ? {} : { client: other })),
    );
    await other.close();
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(await chargesFor("fifty-two-servers")).toHaveLength(1);
  });

  it("a replay is the same bytes, and says so", async () => {
    const order = desk.call(newKey(), { metadata: { zebra: "1", ant: "2" }, description: "Tea, 2 ×" });
    const first = await desk.pay(order);
    const second = await desk.pay(order);
    expect(first).toMatchObject({ status: 201, replayed: false });
    expect(second).toEqual({ ...first, replayed: true });
    expect(await desk.chargesOf(first.body)).toHaveLength(1);
  });

  it("the stored answer says what the payment's row says", async () => {
    const { body } = await desk.pay(desk.call(newKey(), { metadata: { b: "1", a: "2" }, reference: "same-as-row" }));
    const row = await findPayment(desk.world.client.db, { merchantId: desk.merchantId, mode: "test" }, idIn(body));
    expect(row && JSON.stringify(paymentResource(row))).toBe(body);
  });

  it("a decline is stored too, and is not tried again", async () => {
    const declined = await desk.world.addCard(desk.merchantId, "4000000000009995");
    const order = desk.call(newKey(), { card: declined });
    const first = await desk.pay(order);
    expect(JSON.parse(first.body)).toMatchObject({
      status: "failed",
      amount_captured: "0.00",
      failure: { code: "insufficient_funds" },
    });
    expect(await desk.pay(order)).toEqual({ ...first, replayed: true });
    expect(await desk.chargesOf(first.body)).toHaveLength(1);
  });

  it("another body under the key is refused, also while the first call is still running", async () => {
    const key = newKey();
    const { gateway, asked, letGo } = desk.heldBack();
    const first = desk.pay(desk.call(key), { gateway });
    await asked;
    expect(await codeOf(desk.pay(desk.call(key, { amount: "1234.57" })))).toBe("idempotency_key_reused");
    letGo();
    await first;
    expect(await codeOf(desk.pay(desk.call(key, { amount: "1234.57" })))).toBe("idempotency_key_reused");
    expect(await codeOf(desk.pay(desk.call(key, { reference: "other" })))).toBe("idempotency_key_reused");
    expect((await desk.pay(desk.call(key))).replayed).toBe(true);
  });

  it("white space and key order do not make another body, and cvc does not either", async () => {
    const key = newKey();
    const first = await desk.pay(
      desk.world.call(desk.merchantId, key, { amount: "5.00", currency: "INR", card: desk.card, cvc: "123" }),
    );
    const second = await desk.pay(
      desk.world.call(desk.merchantId, key, { card: desk.card, currency: "INR", amount: "5.00" }),
    );
    expect(second).toEqual({ ...first, replayed: true });
  });

  it("the same key of another merchant is another key", async () => {
    const other = await desk.world.addMerchant();
    const otherCard = await desk.world.addCard(other);
    const key = newKey();
    const [mine, theirs] = await Promise.all([
      desk.pay(desk.call(key)),
      desk.pay(desk.call(key, { card: otherCard }, other)),
    ]);
    expect(idIn(mine.body)).not.toBe(idIn(theirs.body));
    expect([mine.replayed, theirs.replayed]).toEqual([false, false]);
  });

  it("is answered with 409 and Retry-After once ten seconds have been waited for the first", async () => {
    const key = newKey();
    const { gateway, asked, letGo } = desk.heldBack();
    const first = desk.pay(desk.call(key), { gateway, gatewayTimeoutMs: 60_000 });
    await asked;
    const startedAt = performance.now();
    const error = await desk.pay(desk.call(key)).catch((thrown: unknown) => thrown);
    const waitedMs = performance.now() - startedAt;
    letGo();
    expect(error).toMatchObject({ code: "idempotency_key_in_use", retryAfterSeconds: expect.any(Number) });
    expect(waitedMs).toBeGreaterThan(9_900);
    expect((await first).status).toBe(201);
  });
});

describe("idempotency.key-stays-free: what was refused before a payment was recorded is not stored", () => {
  it("a card that is not there, or another merchant's", async () => {
    const key = newKey();
    const other = await desk.world.addMerchant();
    const theirs = await desk.world.addCard(other);
    for (const unknown of ["tok_00000000000000000000000000", theirs]) {
      expect(await codeOf(desk.pay(desk.call(key, { card: unknown })))).toBe("card_not_found");
      expect(await desk.storedKey(key)).toBeNull();
    }
    expect(await desk.pay(desk.call(key))).toMatchObject({ status: 201, replayed: false });
  });

  it("neither the payment's row nor the sealed number is to be had with another merchant's card", async () => {
    const { world } = desk;
    const theirs = await world.addCard(await world.addMerchant());
    const { request, order } = desk.call(newKey(), { card: theirs });
    const id = newId("pay");
    await transact(world.client, contextOf(desk.merchantId), async (tx) => {
      expect(await insertKey(tx, request, { paymentId: id }, 1000)).toMatchObject({ fence: 1 });
      expect(await insertPendingPayment(tx, { ...order, id, gateway: "sandbox" }, request.key)).toBeNull();
      expect(await findSealedNumber(tx, order.scope, theirs)).toBeNull();
      throw new Error("undo");
    }).catch((error: Error) => expect(error.message).toBe("undo"));
  });

  it("a reference that is taken", async () => {
    const key = newKey();
    await desk.pay(desk.call(newKey(), { reference: "taken" }));
    expect(await codeOf(desk.pay(desk.call(key, { reference: "taken" })))).toBe("reference_taken");
    expect(await desk.storedKey(key)).toBeNull();
    expect(await desk.pay(desk.call(key))).toMatchObject({ status: 201, replayed: false });
    expect(await chargesFor("taken")).toHaveLength(1);
  });

  it("a reference is given back by a payment that failed, and kept by all others, ten at once included", async () => {
    const declined = await desk.world.addCard(desk.merchantId, "4000000000000002");
    await desk.pay(desk.call(newKey(), { card: declined, reference: "second-try" }));
    const codes = await Promise.all(
      Array.from({ length: 10 }, () => codeOf(desk.pay(desk.call(newKey(), { reference: "second-try" })))),
    );
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(codes.filter((code) => code === "reference_taken")).toHaveLength(9);
  });

  it("a refused call leaves no payment and no trace in the audit trail", async () => {
    const count = async () => (await desk.world.owner.db.select({ id: auditEntries.id }).from(auditEntries)).length;
    const before = await count();
    await codeOf(desk.pay(desk.call(newKey(), { card: "tok_00000000000000000000000000" })));
    expect(await count()).toBe(before);
  });
});

describe("outcome-unknown: a time-out says nothing about money", () => {
  it.each([
    ["charges, then never answers", "4000000000009011"],
    ["never answers, and has not charged", "4000000000009029"],
    ["charges, then answers 500", "4000000000009037"],
    ["answers 500 without charging", "4000000000009045"],
    ["charges, answers after 3 s", "4000000000009052"],
    ["charges, then resets the connection", "4000000000009060"],
    ["charges, then answers with half a document", "4000000000009078"],
  ])("%s: 202 and pending, replays stay 202, and at most one charge", async (_, number) => {
    const order = desk.call(newKey(), { card: await desk.world.addCard(desk.merchantId, number) });
    const first = await desk.pay(order, { gatewayTimeoutMs: 400 });
    expect(first.status).toBe(202);
    expect(JSON.parse(first.body)).toMatchObject({ status: "pending", amount_captured: "0.00", failure: null });
    expect(await desk.pay(order)).toEqual({ ...first, replayed: true });
    const row = await findPayment(
      desk.world.client.db,
      { merchantId: desk.merchantId, mode: "test" },
      idIn(first.body),
    );
    expect(row?.status).toBe("pending");
    expect((await desk.chargesOf(first.body)).length).toBeLessThanOrEqual(1);
  });

  it("an acquirer that is not there leaves the payment pending", async () => {
    const gateway = createSandboxGateway({ baseUrl: "http://127.0.0.1:9" });
    expect((await desk.pay(desk.call(newKey()), { gateway })).status).toBe(202);
  });
});
