import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { ApiError, ConnectionError, Countinghouse, sign } from "./index.ts";

const SECRET = "cs_test_0123456789abcdef0123456789abcdef";
const ORDER = { amount: "12.50", currency: "INR", card: "tok_1" };

type Seen = { method: string; path: string; headers: IncomingMessage["headers"]; body: string };
/** What the server does with one call: a status with a code, or it breaks the connection. */
type Step = { status: number; code?: string; retryAfter?: string; json?: object } | "breaks";

let server: Server | undefined;
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

async function open(steps: readonly Step[], tries = 5) {
  const seen: Seen[] = [];
  const pauses: number[] = [];
  server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    seen.push({ method, path: url, headers, body: Buffer.concat(chunks).toString("utf8") });
    const step = steps[Math.min(seen.length, steps.length) - 1] ?? "breaks";
    if (step === "breaks") return request.socket.destroy();
    const { status, code, retryAfter, json } = step;
    const problem = { type: "", title: "", status, detail: "No.", code, request_id: "req_1" };
    response.writeHead(status, retryAfter === undefined ? {} : { "Retry-After": retryAfter });
    response.end(status === 204 ? undefined : JSON.stringify(json ?? (status < 400 ? { id: "pay_1" } : problem)));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const sleep = async (ms: number) => void pauses.push(ms);
  const url = `http://127.0.0.1:${port}`;
  return { api: new Countinghouse({ url, keyId: "key_test_1", secret: SECRET, tries, sleep }), seen, pauses };
}

const ok: Step = { status: 201 };

describe("client.signing", () => {
  it("makes the two signatures of the contract", async () => {
    const example = { timestamp: "1760000000", nonce: "n-0000000000000001" };
    const post = { method: "POST", path: "/api/v1/payments", idempotencyKey: "order-1001" };
    expect(await sign(SECRET, { ...example, ...post, body: '{"amount":"1234.56","currency":"INR"}' })).toBe(
      "683d18faa264c71fcaecc3771e98e1b2b1a583c80f79a54394e8a839ee7563d7",
    );
    const get = { method: "GET", path: "/api/v1/payments?limit=1&reference=O%27Brien", idempotencyKey: "", body: "" };
    expect(await sign(SECRET, { ...example, ...get })).toBe(
      "179db38254f8fd752dd5d8466d01a576cd8b36c8361b1ed4e109382124cbf50a",
    );
  });

  it("signs what is on the wire: path with query, key and body", async () => {
    const { api, seen } = await open([ok]);
    await api.payments.list({ reference: "O'Brien é", limit: 3 });
    await api.payments.create(ORDER, { idempotencyKey: "order-1" });
    for (const { method, path, headers, body } of seen) {
      const key = headers["idempotency-key"] ?? "";
      const text = [method, path, headers["x-timestamp"], headers["x-nonce"], key, body].join("\n");
      expect(headers["x-signature"]).toBe(createHmac("sha256", SECRET).update(text).digest("hex"));
    }
    expect(seen[0]?.path).toBe("/api/v1/payments?reference=O%27Brien+%C3%A9&limit=3");
  });
});

describe("client.retries", () => {
  // The defect that costs money: a retry under a new key is a second payment.
  it("after a lost answer: the same key and bytes, a new nonce", async () => {
    const { api, seen } = await open(["breaks", "breaks", ok]);
    await api.payments.create(ORDER, { idempotencyKey: "order-1" });
    expect(seen.map(({ headers }) => headers["idempotency-key"])).toEqual(["order-1", "order-1", "order-1"]);
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
    expect(new Set(seen.map(({ headers }) => headers["x-nonce"])).size).toBe(3);
  });

  it("a key that nobody chose is made once for all tries of a call, and anew for the next call", async () => {
    const { api, seen } = await open(["breaks", ok]);
    await api.cards.create({ number: "4242424242424242", exp_month: 12, exp_year: 2040 });
    await api.cards.create({ number: "4242424242424242", exp_month: 12, exp_year: 2040 });
    const keys = seen.map(({ headers }) => headers["idempotency-key"]);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    { status: 429, code: "rate_limited", retryAfter: "7" },
    { status: 503, code: "service_unavailable", retryAfter: "7" },
    { status: 409, code: "idempotency_key_in_use", retryAfter: "7" },
  ])("$status $code: waits Retry-After", async (step) => {
    const { api, seen, pauses } = await open([step, ok]);
    await api.payments.create(ORDER, { idempotencyKey: "order-1" });
    expect(seen).toHaveLength(2);
    expect(pauses[0]).toBeGreaterThanOrEqual(7000);
    expect(pauses[0]).toBeLessThan(7300);
  });

  it.each([
    [400, "malformed_body"],
    [401, "signature_invalid"],
    [403, "permission_denied"],
    [404, "not_found"],
    [409, "invalid_state"],
    [409, "reference_taken"],
    [422, "amount_invalid"],
    [500, "internal_error"],
  ])("%i %s is said at once", async (status, code) => {
    const { api, seen } = await open([{ status, code }]);
    const refused = await api.payments.create(ORDER, { idempotencyKey: "order-1" }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status, code, requestId: "req_1" });
    expect(seen).toHaveLength(1);
  });

  it("gives up after so many tries, each pause longer at the most than the one before", async () => {
    const { api, seen, pauses } = await open(["breaks"], 4);
    await expect(api.payments.create(ORDER, { idempotencyKey: "order-1" })).rejects.toBeInstanceOf(ConnectionError);
    expect(seen).toHaveLength(4);
    expect(pauses.map((pause, tried) => pause <= 250 * 2 ** tried && pause >= 125 * 2 ** tried)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("gone is gone: a delete whose answer was lost may find nothing, one that was answered may not", async () => {
    const gone = { status: 404, code: "not_found" };
    await expect((await open(["breaks", gone])).api.cards.delete("tok_1")).resolves.toBeUndefined();
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    await expect((await open([gone])).api.cards.delete("tok_1")).rejects.toMatchObject({ status: 404 });
  });
});

describe("client.paths", () => {
  it.each(["", ".", "..", "pay_1/../x", "a?b", "a#b", "é"])("%j is no id: nothing is sent", async (id) => {
    const { api, seen } = await open([ok]);
    expect(() => api.payments.get(id)).toThrow(TypeError);
    expect(seen).toEqual([]);
  });

  it("reads every page of a list", async () => {
    const pages = [
      { data: [{ id: "pay_3" }, { id: "pay_2" }], next_cursor: "c" },
      { data: [{ id: "pay_1" }], next_cursor: null },
    ];
    const { api, seen } = await open(pages.map((json) => ({ status: 200, json })));
    const ids: string[] = [];
    for await (const { id } of api.payments.all({ status: "captured" })) ids.push(id);
    expect(ids).toEqual(["pay_3", "pay_2", "pay_1"]);
    expect(seen.map(({ path }) => path)).toEqual([
      "/api/v1/payments?status=captured",
      "/api/v1/payments?status=captured&cursor=c",
    ]);
  });
});
