import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId, type PaymentId } from "@/lib/ids/id";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { type ChargeRequest, GatewayRefusal, type PaymentGateway } from "./payment-gateway";
import { createSandboxGateway } from "./sandbox-gateway";
import { BROKEN_ANSWERS, startBroken } from "./testing/broken-acquirers";
import { chargeRequest, lookupOf, money, options } from "./testing/requests";

type LedgerRow = Readonly<{ id: string; idempotency_key: string; amount: string; status: string; captured: string }>;

async function ledgerOf(sandbox: Sandbox, paymentId: PaymentId): Promise<LedgerRow[]> {
  const response = await fetch(`${sandbox.url}/v1/charges?idempotency_key=${paymentId}`);
  const { data } = (await response.json()) as { data: LedgerRow[] };
  return data;
}

describe("with the acquirer", () => {
  let sandbox: Sandbox;
  const charge = (request: ChargeRequest) => createSandboxGateway({ baseUrl: sandbox.url }).charge(request, options);

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.stop());

  it.each([
    "4242424242424242",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6521500000000006",
    "4000000000009086",
    "4000000000009094",
    "4111111111111111",
  ])("%s is approved", async (number) => {
    const request = chargeRequest(number, { reference: `order of ${number.slice(-4)}` });
    const outcome = await charge(request);
    const [row, ...others] = await ledgerOf(sandbox, request.paymentId);
    expect(outcome).toEqual({ kind: "approved", state: "captured", gatewayReference: row?.id });
    expect(row).toMatchObject({
      amount: "1234.50",
      status: "captured",
      captured: "1234.50",
      reference: request.reference,
    });
    expect(others).toEqual([]);
  });

  it.each([
    ["4000000000000002", "card_declined"],
    ["4000000000009995", "insufficient_funds"],
    ["4000000000000069", "expired_card"],
    ["4000000000000127", "incorrect_cvc"],
    ["4000000000000119", "processing_error"],
  ])("%s is declined with %s, and again when sent again", async (number, code) => {
    const request = chargeRequest(number);
    const outcome = await charge(request);
    expect(outcome).toMatchObject({ kind: "declined", code });
    expect(await charge({ ...request, cvc: null })).toEqual(outcome);
    expect(await ledgerOf(sandbox, request.paymentId)).toMatchObject([{ status: "declined", captured: "0.00" }]);
  });

  // The attack: an answer that is lost looks like a failure, the buyer pays again, and both are charged.
  it.each([
    ["4000000000009011", "never answers"],
    ["4000000000009037", "answers 500"],
    ["4000000000009052", "answers after 3 s"],
    ["4000000000009060", "resets the connection"],
    ["4000000000009078", "answers with half a document"],
  ])("%s charges and %s: unknown, then the same charge", async (number) => {
    const request = chargeRequest(number);
    expect((await charge(request)).kind).toBe("unknown");
    const [row] = await ledgerOf(sandbox, request.paymentId);
    expect(row?.status).toBe("captured");
    const second = await charge({ ...request, cvc: null });
    expect(second).toEqual({ kind: "approved", state: "captured", gatewayReference: row?.id });
    expect(await ledgerOf(sandbox, request.paymentId)).toHaveLength(1);
  });

  it.each([
    ["4000000000009029", 1],
    ["4000000000009045", 2],
  ])("%s does nothing %i times, then charges once", async (number, idleCalls) => {
    const request = chargeRequest(number);
    for (let call = 0; call < idleCalls; call += 1) {
      expect((await charge(request)).kind).toBe("unknown");
      expect(await ledgerOf(sandbox, request.paymentId)).toEqual([]);
    }
    expect((await charge(request)).kind).toBe("approved");
    expect(await ledgerOf(sandbox, request.paymentId)).toHaveLength(1);
  });

  it("holds without taking when capture is false", async () => {
    const request = chargeRequest("4242424242424242", { capture: false });
    expect(await charge(request)).toMatchObject({ kind: "approved", state: "authorized" });
    expect(await ledgerOf(sandbox, request.paymentId)).toMatchObject([{ status: "authorized", captured: "0.00" }]);
  });

  it.each([
    ["500", "JPY"],
    ["1.234", "KWD"],
  ])("charges %s %s with the currency's decimals", async (amount, currency) => {
    const request = chargeRequest("4242424242424242", { amount: money(amount, currency) });
    expect((await charge(request)).kind).toBe("approved");
    expect(await ledgerOf(sandbox, request.paymentId)).toMatchObject([{ amount, currency, captured: amount }]);
  });

  // The attack: many calls race with one key, and the slower ones charge before they see the first.
  it.each(["4242424242424242", "4000000000009011", "4000000000009060"])(
    "charge.idempotent-under-concurrency: 50 calls with one key on %s are one charge",
    async (number) => {
      const request = chargeRequest(number);
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => charge(request)));
      const [row, ...others] = await ledgerOf(sandbox, request.paymentId);
      expect(others).toEqual([]);
      const approved = outcomes.filter((outcome) => outcome.kind === "approved");
      expect(new Set(approved.map((outcome) => outcome.gatewayReference))).toEqual(new Set([row?.id]));
      expect(outcomes.filter((outcome) => outcome.kind === "declined")).toEqual([]);
    },
  );

  it("throws where a payment id comes back with another amount", async () => {
    const request = chargeRequest("4242424242424242");
    await charge(request);
    const changed = charge({ ...request, amount: money("1.00", "INR") });
    await expect(changed).rejects.toMatchObject({ name: "GatewayRefusal", reason: "idempotency_conflict" });
    expect(await ledgerOf(sandbox, request.paymentId)).toMatchObject([{ amount: "1234.50" }]);
  });

  it("throws where the request makes no sense to the acquirer", async () => {
    const request = chargeRequest("4242424242424242");
    const refused = charge({ ...request, card: { ...request.card, expMonth: 13 } });
    await expect(refused).rejects.toThrow(GatewayRefusal);
    await expect(refused).rejects.not.toThrow("4242");
    expect(await ledgerOf(sandbox, request.paymentId)).toEqual([]);
  });

  // The attack: someone who reads the acquirer's files or its output collects card numbers.
  it("sandbox.no-card-at-rest: neither its files nor its output hold a number", async () => {
    const number = "4929123456789015";
    const request = chargeRequest(number);
    await charge(request);
    await charge({ ...request, card: { ...request.card, expMonth: 13 } }).catch(() => undefined);
    const files = ["", "-wal"].map((end) => readFileSync(sandbox.ledgerPath + end).toString("latin1"));
    expect(files.join("")).toContain(request.paymentId);
    for (const text of [...files, sandbox.output()]) expect(text).not.toContain(number.slice(0, 12));
  });
});

// The attack: the acquirer's machine dies at the worst moment, and with it the memory of what was charged.
it("sandbox.durable: what was acknowledged outlives kill -9", { timeout: 20_000 }, async () => {
  const first = await startSandbox();
  const before = createSandboxGateway({ baseUrl: first.url });
  const requests = Array.from({ length: 40 }, () => chargeRequest("4242424242424242"));
  const idle = chargeRequest("4000000000009045");
  expect((await before.charge(idle, options)).kind).toBe("unknown");
  const pending = requests.map((request) => before.charge(request, { ...options, timeoutMs: 5_000 }));
  await Promise.any(pending);
  await first.kill();
  const outcomes = await Promise.all(pending);

  const second = await startSandbox({ port: first.port, ledgerPath: first.ledgerPath });
  try {
    const after = createSandboxGateway({ baseUrl: second.url });
    for (const [place, request] of requests.entries()) {
      const rows = await ledgerOf(second, request.paymentId);
      if (outcomes[place]?.kind === "approved") expect(rows).toHaveLength(1);
      const again = await after.charge(request, options);
      expect(again.kind).toBe("approved");
      expect(await ledgerOf(second, request.paymentId)).toHaveLength(1);
    }
    expect((await after.charge(idle, options)).kind).toBe("unknown");
    expect((await after.charge(idle, options)).kind).toBe("approved");
  } finally {
    await second.stop();
    await first.stop();
  }
});

describe("gateway.never-guesses", () => {
  // The attack: something between us and the acquirer breaks or forges the answer. Each must stay unknown, in time.
  const request = chargeRequest("4242424242424242");
  const { paymentId, amount } = request;
  const known = { paymentId, gatewayReference: "ch_1", amount };
  const calls: [string, (gateway: PaymentGateway) => Promise<{ kind: string }>][] = [
    ["charge", (gateway) => gateway.charge(request, options)],
    ["find", (gateway) => gateway.findCharge(lookupOf(request), options)],
    ["capture", (gateway) => gateway.capture({ ...known, operationId: newId("op"), authorized: amount }, options)],
    ["void", (gateway) => gateway.voidHold({ ...known, operationId: newId("op") }, options)],
    ["refund", (gateway) => gateway.refund({ ...known, refundId: newId("ref") }, options)],
  ];

  it.each(BROKEN_ANSWERS)("an acquirer that sends %s", async (_what, reason, answer) => {
    const acquirer = await startBroken(answer);
    const gateway = createSandboxGateway({ baseUrl: acquirer.url });
    const outcomes = await Promise.all(calls.map(([, call]) => call(gateway)));
    acquirer.stop();
    for (const outcome of outcomes) {
      expect(outcome).toEqual({ kind: "unknown", reason: expect.stringMatching(reason) });
      expect(JSON.stringify(outcome)).not.toContain("4242");
    }
    expect(acquirer.requests()).toBe(calls.length);
  });

  it("an acquirer that is not there", async () => {
    const gateway = createSandboxGateway({ baseUrl: "http://127.0.0.1:9" });
    for (const [, call] of calls) {
      expect(await call(gateway)).toEqual({ kind: "unknown", reason: expect.stringContaining("connection lost") });
    }
  });
});
