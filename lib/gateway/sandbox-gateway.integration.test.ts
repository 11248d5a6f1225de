import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId, type PaymentId } from "@/lib/ids/id";
import type { Money } from "@/lib/money/money";
import { parsePositiveMoney } from "@/lib/money/parse-money";
import { parseCardNumber } from "@/lib/vault/card-number";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { type ChargeRequest, GatewayRefusal } from "./payment-gateway";
import { createSandboxGateway } from "./sandbox-gateway";

const DEADLINE_MS = 500;
const options = { timeoutMs: DEADLINE_MS, requestId: "req_test" };

function money(amount: string, currency: string): Money {
  const parsed = parsePositiveMoney(amount, currency);
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.money;
}

function cardNumber(text: string) {
  const parsed = parseCardNumber(text);
  if (!parsed.ok) throw new Error("The test's own card number is wrong");
  return parsed.number;
}

function chargeRequest(number: string, changes: Partial<ChargeRequest> = {}): ChargeRequest {
  return {
    paymentId: newId("pay"),
    merchantId: newId("mer"),
    amount: money("1234.50", "INR"),
    card: { number: cardNumber(number), expMonth: 12, expYear: 2030 },
    cvc: "123",
    capture: true,
    reference: null,
    ...changes,
  };
}

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
  const LONG = "x".repeat(99_999);
  const HEAD = "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n";
  const late = `no whole answer within ${DEADLINE_MS} ms`;
  const cases: [string, string, (socket: Socket) => void][] = [
    ["garbage", "connection lost", (socket) => socket.end("\x00\x01 this is not HTTP\r\n\r\n")],
    ["nothing, and closes", "connection lost", (socket) => socket.end()],
    ["nothing, and resets", "connection lost (ECONNRESET)", (socket) => socket.resetAndDestroy()],
    ["nothing, ever", late, () => undefined],
    ["headers, and a body that never comes", late, (socket) => socket.write(`${HEAD}content-length: 200\r\n\r\n`)],
    ["a body drop by drop", late, drip],
    ["half a body, and closes", "connection lost", (socket) => socket.end(`${HEAD}content-length: 20\r\n\r\n{"id"`)],
    ["half a document", "cannot be read", (socket) => socket.end(`${HEAD}content-length: 5\r\n\r\n{"id"`)],
    ["too much", "more than 65536 bytes", (socket) => socket.write(`${HEAD}content-length: 99999\r\n\r\n${LONG}`)],
    [
      "a redirect",
      "connection lost",
      (socket) => socket.write("HTTP/1.1 307 Go\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"),
    ],
  ];

  function drip(socket: Socket): void {
    socket.write(`${HEAD}content-length: 200\r\n\r\n`);
    const timer = setInterval(() => socket.write(" "), 50);
    socket.once("close", () => clearInterval(timer));
  }

  it.each(cases)("an acquirer that sends %s", async (_what, reason, answer) => {
    const sockets = new Set<Socket>();
    let requests = 0;
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("data", (chunk) => {
        if (!chunk.toString().startsWith("POST ")) return;
        requests += 1;
        answer(socket);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const gateway = createSandboxGateway({ baseUrl: `http://127.0.0.1:${port}` });
    const outcome = await gateway.charge(chargeRequest("4242424242424242"), options);
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(outcome).toEqual({ kind: "unknown", reason: expect.stringContaining(reason) });
    expect(JSON.stringify(outcome)).not.toContain("4242");
    expect(requests).toBe(1);
  });

  it("an acquirer that is not there", async () => {
    const gateway = createSandboxGateway({ baseUrl: "http://127.0.0.1:9" });
    const outcome = await gateway.charge(chargeRequest("4242424242424242"), options);
    expect(outcome).toEqual({ kind: "unknown", reason: expect.stringContaining("connection lost") });
  });
});
