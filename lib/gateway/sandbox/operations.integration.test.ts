import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { type ChargeRequest, GatewayRefusal } from "../payment-gateway";
import { createSandboxGateway } from "../sandbox-gateway";
import { chargeRequest, lookupOf, money, options } from "../testing/requests";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

const gateway = () => createSandboxGateway({ baseUrl: sandbox.url });

async function inLedger({ paymentId }: ChargeRequest): Promise<Record<string, unknown>[]> {
  const response = await fetch(`${sandbox.url}/v1/charges?idempotency_key=${paymentId}`);
  return ((await response.json()) as { data: Record<string, unknown>[] }).data;
}

/** A charge that went through, and what is needed to go on with it. */
async function approved(number = "4242424242424242", changes: Partial<ChargeRequest> = {}) {
  const request = chargeRequest(number, changes);
  const outcome = await gateway().charge(request, options);
  if (outcome.kind !== "approved") throw new Error(`The charge is ${outcome.kind}`);
  const { paymentId, amount } = request;
  return { request, known: { paymentId, gatewayReference: outcome.gatewayReference, amount } };
}

const held = () => approved("4242424242424242", { capture: false });

describe("capture", () => {
  it("takes what is held, and again when sent again: once", async () => {
    const { request, known } = await held();
    const capture = { ...known, operationId: newId("op"), authorized: known.amount };
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => gateway().capture(capture, options)));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(["done"]));
    expect(await inLedger(request)).toMatchObject([{ status: "captured", captured: "1234.50" }]);
  });

  it("takes a part and releases the rest", async () => {
    const { request, known } = await held();
    const capture = { ...known, operationId: newId("op"), authorized: known.amount, amount: money("1.05", "INR") };
    expect(await gateway().capture(capture, options)).toEqual({ kind: "done" });
    expect(await inLedger(request)).toMatchObject([{ status: "captured", captured: "1.05" }]);
    const again = await gateway().capture({ ...capture, operationId: newId("op") }, options);
    expect(again).toMatchObject({ kind: "refused", code: "invalid_state" });
  });

  it("of more than is held is refused, for good", async () => {
    const { request, known } = await held();
    const more = { ...known, operationId: newId("op"), authorized: known.amount, amount: money("1234.51", "INR") };
    const refused = { kind: "refused", code: "amount_exceeds_authorized" };
    expect(await gateway().capture(more, options)).toMatchObject(refused);
    expect(await gateway().capture(more, options)).toMatchObject(refused);
    expect(await inLedger(request)).toMatchObject([{ status: "authorized", captured: "0.00" }]);
  });

  it("with another amount under the same id is no answer about money", async () => {
    const { request, known } = await held();
    const capture = { ...known, operationId: newId("op"), authorized: known.amount };
    await gateway().capture(capture, options);
    const changed = gateway().capture({ ...capture, amount: money("1.00", "INR") }, options);
    await expect(changed).rejects.toMatchObject({ name: "GatewayRefusal", reason: "idempotency_conflict" });
    expect(await inLedger(request)).toMatchObject([{ captured: "1234.50" }]);
  });

  it("of a charge that the acquirer does not know is unknown", async () => {
    const { known } = await held();
    const strange = { ...known, gatewayReference: "ch_00000000", operationId: newId("op"), authorized: known.amount };
    expect(await gateway().capture(strange, options)).toEqual({ kind: "unknown", reason: "status 404" });
  });
});

describe("void", () => {
  it("releases what is held, and again when sent again", async () => {
    const { request, known } = await held();
    const operation = { ...known, operationId: newId("op") };
    expect(await gateway().voidHold(operation, options)).toEqual({ kind: "done" });
    expect(await gateway().voidHold(operation, options)).toEqual({ kind: "done" });
    expect(await inLedger(request)).toMatchObject([{ status: "voided", captured: "0.00" }]);
  });

  it("of what was taken is refused", async () => {
    const { request, known } = await approved();
    const outcome = await gateway().voidHold({ ...known, operationId: newId("op") }, options);
    expect(outcome).toMatchObject({ kind: "refused", code: "invalid_state" });
    expect(await inLedger(request)).toMatchObject([{ status: "captured" }]);
  });

  // The attack: both are on their way at once, and each is told that it was done.
  it("against capture: one of the two is done", async () => {
    for (let round = 0; round < 10; round += 1) {
      const { request, known } = await held();
      const [captured, voided] = await Promise.all([
        gateway().capture({ ...known, operationId: newId("op"), authorized: known.amount }, options),
        gateway().voidHold({ ...known, operationId: newId("op") }, options),
      ]);
      expect([captured.kind, voided.kind].toSorted()).toEqual(["done", "refused"]);
      expect(await inLedger(request)).toMatchObject([{ status: captured.kind === "done" ? "captured" : "voided" }]);
    }
  });
});

describe("refund", () => {
  it("gives back once, however often it is sent", async () => {
    const { request, known } = await approved();
    const refund = { ...known, amount: money("34.50", "INR"), refundId: newId("ref") };
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => gateway().refund(refund, options)));
    const [first] = outcomes;
    expect(first).toMatchObject({ kind: "succeeded", gatewayReference: expect.stringMatching(/^re_/) });
    for (const outcome of outcomes) expect(outcome).toEqual(first);
    expect(await inLedger(request)).toMatchObject([{ status: "partially_refunded", refunded: "34.50" }]);
  });

  it.each([
    ["500", "JPY"],
    ["1.234", "KWD"],
  ])("of %s %s has the currency's decimals", async (amount, currency) => {
    const { request, known } = await approved("4242424242424242", { amount: money(amount, currency) });
    expect(await gateway().refund({ ...known, refundId: newId("ref") }, options)).toMatchObject({ kind: "succeeded" });
    expect(await inLedger(request)).toMatchObject([{ status: "refunded", refunded: amount }]);
  });

  it("of more than is left is refused, for good", async () => {
    const { request, known } = await approved();
    const more = { ...known, amount: money("1234.51", "INR"), refundId: newId("ref") };
    const refused = { kind: "refused", code: "amount_exceeds_refundable" };
    expect(await gateway().refund(more, options)).toMatchObject(refused);
    expect(await gateway().refund(more, options)).toMatchObject(refused);
    expect(await inLedger(request)).toMatchObject([{ refunded: "0.00" }]);
  });

  it("of 4000000000009086 is done and never answered: unknown, then the same refund", async () => {
    const { request, known } = await approved("4000000000009086");
    const refund = { ...known, amount: money("34.50", "INR"), refundId: newId("ref") };
    expect((await gateway().refund(refund, options)).kind).toBe("unknown");
    expect(await inLedger(request)).toMatchObject([{ refunded: "34.50" }]);
    expect((await gateway().refund(refund, options)).kind).toBe("succeeded");
    expect(await inLedger(request)).toMatchObject([{ refunded: "34.50" }]);
  });

  it("that makes no sense to the acquirer throws", async () => {
    const { known } = await approved();
    const refund = gateway().refund(
      { ...known, refundId: newId("ref"), amount: { ...known.amount, minor: 0n } },
      options,
    );
    await expect(refund).rejects.toThrow(GatewayRefusal);
  });
});

describe("find", () => {
  // The attack: a charge whose answer was lost is taken for one that never was, and the buyer pays twice.
  it.each([
    "4242424242424242",
    "4000000000009011",
    "4000000000009037",
    "4000000000009052",
    "4000000000009060",
    "4000000000009078",
    "4000000000009086",
    "4000000000009094",
  ])("%s: what was charged is found, whatever became of its answer", async (number) => {
    for (const capture of [true, false]) {
      const request = chargeRequest(number, { capture, reference: "order 1/ä?&" });
      await gateway().charge(request, options);
      const [row] = await inLedger(request);
      const state = capture ? "captured" : "authorized";
      const found = await gateway().findCharge(lookupOf(request), options);
      expect(found).toEqual({ kind: "approved", state, gatewayReference: row?.id });
    }
  });

  it.each([
    ["4000000000000002", "card_declined"],
    ["4000000000009995", "insufficient_funds"],
    ["4000000000000069", "expired_card"],
    ["4000000000000127", "incorrect_cvc"],
    ["4000000000000119", "processing_error"],
  ])("%s: a decline is found with its reason, %s", async (number, code) => {
    const request = chargeRequest(number);
    const outcome = await gateway().charge(request, options);
    expect(outcome).toMatchObject({ kind: "declined", code });
    expect(await gateway().findCharge(lookupOf(request), options)).toEqual(outcome);
  });

  it.each([
    ["4000000000009029", 1],
    ["4000000000009045", 2],
  ])("%s: absent until it has charged, after %i idle calls", async (number, idleCalls) => {
    const request = chargeRequest(number);
    for (let call = 0; call < idleCalls; call += 1) {
      expect((await gateway().charge(request, options)).kind).toBe("unknown");
      expect(await gateway().findCharge(lookupOf(request), options)).toEqual({ kind: "absent" });
    }
    await gateway().charge({ ...request, cvc: null }, options);
    expect((await gateway().findCharge(lookupOf(request), options)).kind).toBe("approved");
    expect(await inLedger(request)).toHaveLength(1);
  });

  it("what was never sent is absent", async () => {
    expect(await gateway().findCharge(lookupOf(chargeRequest("4242424242424242")), options)).toEqual({
      kind: "absent",
    });
  });

  it("what was taken and given back since was taken", async () => {
    for (const amount of ["1.00", "1234.50"]) {
      const { request, known } = await approved();
      await gateway().refund({ ...known, amount: money(amount, "INR"), refundId: newId("ref") }, options);
      const found = await gateway().findCharge(lookupOf(request), options);
      expect(found).toEqual({ kind: "approved", state: "captured", gatewayReference: known.gatewayReference });
    }
  });

  it.each([
    ["amount", { amount: money("1234.51", "INR") }],
    ["currency", { amount: money("1234.50", "USD") }],
    ["merchant", { merchantId: newId("mer") }],
    ["way to take it", { capture: false }],
  ])("a charge with another %s is not ours to settle by", async (_what, changes) => {
    const { request } = await approved();
    expect((await gateway().findCharge({ ...lookupOf(request), ...changes }, options)).kind).toBe("unknown");
  });
});
