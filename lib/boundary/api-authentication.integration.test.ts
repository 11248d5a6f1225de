import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiKeys, auditEntries } from "@/db/schema";
import { newApiSecret, sealApiSecret } from "@/lib/api-keys/api-secret";
import { REPEATED } from "@/lib/audit/record-repeated";
import type { MerchantId } from "@/lib/ids/id";
import type { TestApiKey } from "@/lib/payments/testing/payment-world";
import { type ApiAnswer, type ApiDesk, type ApiRequest, openApiDesk } from "./testing/api-desk";
import { expectExactBurst } from "./testing/burst";

let desk: ApiDesk;
let merchantId: MerchantId;
let key: TestApiKey;

beforeAll(async () => {
  desk = await openApiDesk(undefined, { RATE_LIMIT_AUTH_FAILURES: "20/60" });
  merchantId = await desk.world.addMerchant();
  key = await desk.world.addApiKey(merchantId);
});
afterAll(() => desk.close());

const now = () => Math.floor(Date.now() / 1000);
const list = { method: "GET", path: "/api/v1/payments" } as const;

let addresses = 0;
/** Each test from an address of its own, so that no failure counts against another's. */
function newAddress(): string {
  addresses += 1;
  return `198.51.100.${addresses}`;
}

const send = (changes: Partial<ApiRequest> = {}, with_: Pick<TestApiKey, "id" | "secret"> = key) =>
  desk.send(with_, { ...list, address: newAddress(), ...changes });

function expectProblem(answer: ApiAnswer, status: number, code: string): void {
  expect([answer.status, answer.json.code]).toEqual([status, code]);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.json.request_id).toBe(answer.headers.get("x-request-id"));
  expect(answer.json).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
}

describe("the contract's table of refusals with 401", () => {
  it("a right request is accepted", async () => {
    expect((await send()).status).toBe(200);
  });

  it.each(["X-Api-Key", "X-Timestamp", "X-Nonce", "X-Signature"])("without %s: signature_missing", async (name) => {
    expectProblem(await send({ headers: { [name]: null } }), 401, "signature_missing");
  });

  it.each([
    ["X-Api-Key", "nonsense"],
    ["X-Timestamp", "yesterday"],
    ["X-Nonce", "short"],
    ["X-Signature", "ABCDEF"],
  ])("with %s: %s: signature_malformed", async (name, value) => {
    expectProblem(await send({ headers: { [name]: value } }), 401, "signature_malformed");
  });

  it("an unknown, an expired and a revoked key: api_key_invalid", async () => {
    const past = new Date(Date.now() - 1000);
    const expired = await desk.world.addApiKey(merchantId, { expiresAt: past });
    const revoked = await desk.world.addApiKey(merchantId, { revokedAt: past });
    const unknown = { id: "key_test_00000000000000000000000000", secret: key.secret };
    for (const wrong of [expired, revoked, unknown]) expectProblem(await send({}, wrong), 401, "api_key_invalid");
    const fresh = await desk.world.addApiKey(merchantId, { expiresAt: new Date(Date.now() + 60_000) });
    expect((await send({}, fresh)).status).toBe(200);
  });

  it("a clock that is off by more than 300 s: timestamp_out_of_range", async () => {
    for (const off of [-310, 310]) {
      expectProblem(await send({ timestamp: String(now() + off) }), 401, "timestamp_out_of_range");
    }
    for (const off of [-295, 295]) expect((await send({ timestamp: String(now() + off) })).status).toBe(200);
  });

  it.each<[string, ApiRequest["signed"]]>([
    ["method", { method: "POST" }],
    ["path", { path: "/api/v1/cards" }],
    ["query", { path: "/api/v1/payments?limit=1" }],
    ["idempotency key", { idempotencyKey: "other" }],
    ["body", { body: "{}" }],
    ["secret", { secret: "cs_test_other" }],
  ])("another %s was signed: signature_invalid", async (_, signed) => {
    expectProblem(await send({ signed: signed ?? {} }), 401, "signature_invalid");
  });

  it("one byte of a body was changed on the way: signature_invalid", async () => {
    const body = '{"amount":"9999.00"}';
    const answer = await send({ method: "POST", body, idempotencyKey: "k", signed: { body: '{"amount":"1.00"}' } });
    expectProblem(answer, 401, "signature_invalid");
  });

  it("signature.debugger: with a test key the refusal says what was signed and where the caller's string differs; with a live one nothing", async () => {
    const body = '{"number":"4242424242424242"}';
    const theirs = Buffer.from("POST\n/api/v1/payments\n").toString("base64");
    const request = { method: "POST", path: "/api/v1/cards", body, signed: { secret: "wrong" } } as const;
    const answer = await send({ ...request, headers: { "X-Signed-String": theirs } });
    expectProblem(answer, 401, "signature_invalid");
    expect(answer.json.signed_string).toMatch(/^POST\n\/api\/v1\/cards\n\d{10}\n.+\n\nBODY bytes=29$/);
    expect(answer.json.first_difference).toMatchObject({ part: "path", offset: 8, expected: "xxxxx\n0000000000" });
    expect(answer.text).not.toContain("4242");
    const live = await desk.world.addApiKey(merchantId, { mode: "live" });
    const refused = await send({ ...request, headers: { "X-Signed-String": theirs } }, live);
    expectProblem(refused, 401, "signature_invalid");
    expect(Object.keys(refused.json).sort()).toEqual(["code", "detail", "request_id", "status", "title", "type"]);
  });

  it("a nonce that was used before: nonce_replayed, and only a right signature spends one", async () => {
    const nonce = "nonce-used-but-once";
    expectProblem(await send({ nonce, signed: { secret: "wrong" } }), 401, "signature_invalid");
    expect((await send({ nonce })).status).toBe(200);
    expectProblem(await send({ nonce }), 401, "nonce_replayed");
    expectProblem(await send({ nonce, path: "/api/v1/payments?limit=1" }), 401, "nonce_replayed");
  });

  it("the same request at the same moment: one is accepted", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send({ nonce: "ten-at-the-same-moment" })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ json }) => json.code === "nonce_replayed")).toHaveLength(9);
  });

  it("a refusal with 401 tells nothing of limits, for nobody knows yet whose they were", async () => {
    const { headers } = await send({ signed: { secret: "wrong" } });
    expect([headers.get("ratelimit"), headers.get("ratelimit-policy")]).toEqual([null, null]);
  });
});

describe("limits", () => {
  it("of 150 payments in a burst exactly 100 are accepted, and the others are told how long to wait", async () => {
    await expectExactBurst(desk, await desk.world.addApiKey(await desk.world.addMerchant()));
  });
});

describe("keys", () => {
  it("while a secret is being rotated both are good, and after that only the new one", async () => {
    const rotated = await desk.world.addApiKey(merchantId);
    const fresh = newApiSecret("test");
    const seal = (secret: string) => sealApiSecret(desk.world.ring, rotated, secret);
    const rotate = (untilSeconds: number) =>
      desk.world.owner.db.execute(sql`
        with context as (select set_config('countinghouse.context', '{"actorType":"system","actorId":"test"}', true))
        update ${apiKeys} set secret = ${seal(fresh)}, previous_secret = ${seal(rotated.secret)},
          previous_secret_until = now() + make_interval(secs => ${untilSeconds}) from context where id = ${rotated.id}`);
    await rotate(60);
    expect((await send({}, rotated)).status).toBe(200);
    expect((await send({}, { ...rotated, secret: fresh })).status).toBe(200);
    await rotate(-1);
    expectProblem(await send({}, rotated), 401, "signature_invalid");
    expect((await send({}, { ...rotated, secret: fresh })).status).toBe(200);
  });

  it("a key without the permission: 403, with its limits", async () => {
    const reader = await desk.world.addApiKey(merchantId, { permissions: ["payments:read"] });
    const answer = await desk.post(reader, "/api/v1/payments", {}, "k");
    expectProblem(answer, 403, "permission_denied");
    expect(answer.headers.get("ratelimit-policy")).toBe('"create_payment";q=100;w=60');
  });

  it("a key with an allow-list: 403 from any other address, IPv4-mapped ones included", async () => {
    const listed = await desk.world.addApiKey(merchantId, { ipAllowList: ["203.0.113.0/24", "2001:db8::/32"] });
    for (const address of ["203.0.113.9", "::ffff:203.0.113.9", "2001:db8::1"]) {
      expect((await send({ address }, listed)).status).toBe(200);
    }
    for (const address of ["203.0.114.9", "::ffff:203.0.114.9", "2001:db9::1", "nonsense"]) {
      expectProblem(await send({ address }, listed), 403, "permission_denied");
    }
  });

  it("allow-list.before-quota: the attack is to use up a merchant's calls with a stolen secret, from outside the list", async () => {
    const ipAllowList = ["203.0.113.0/24"];
    const listed = await desk.world.addApiKey(await desk.world.addMerchant(), { ipAllowList });
    const nonce = "nonce-seen-from-outside";
    const outside = await send({ nonce }, listed);
    expectProblem(outside, 403, "permission_denied");
    expect([outside.headers.get("ratelimit"), outside.headers.get("ratelimit-policy")]).toEqual([null, null]);
    const inside = await send({ nonce, address: "203.0.113.9" }, listed);
    expect([inside.status, inside.headers.get("ratelimit")]).toEqual([200, '"get_transaction";r=999;t=60']);
    // Whoever cannot sign learns nothing of the list.
    expectProblem(await send({ signed: { secret: "guess" } }, listed), 401, "signature_invalid");
  });

  it("a sealed secret that was moved to another key's row does not open", async () => {
    const [one, two] = [await desk.world.addApiKey(merchantId), await desk.world.addApiKey(merchantId)];
    await desk.world.owner.db.execute(sql`
      with context as (select set_config('countinghouse.context', '{"actorType":"system","actorId":"test"}', true))
      update ${apiKeys} set secret = (select secret from ${apiKeys} where id = ${one.id}) from context where id = ${two.id}`);
    expectProblem(await send({}, { id: two.id, secret: one.secret }), 500, "internal_error");
  });
});

describe("the audit trail", () => {
  const entriesOf = async ({ id }: TestApiKey) =>
    await desk.world.owner.db
      .select({ action: auditEntries.action, values: auditEntries.newValues })
      .from(auditEntries)
      .where(and(eq(auditEntries.outcome, "denied"), eq(auditEntries.actorId, id)));

  it("api_key.refused.bounded: the attack is to fill a merchant's trail, knowing the id of a key alone", async () => {
    const victim = await desk.world.addApiKey(merchantId);
    for (let index = 0; index < REPEATED.limit + 3; index += 1) {
      expectProblem(await send({ signed: { secret: "guess" } }, victim), 401, "signature_invalid");
    }
    const entries = await entriesOf(victim);
    expect(entries).toHaveLength(REPEATED.limit);
    expect(entries[0]).toEqual({ action: "api_key.refused", values: { reason: "signature_invalid" } });
  });

  it("says of a call from outside a key's list that it was the address", async () => {
    const listed = await desk.world.addApiKey(merchantId, { ipAllowList: ["203.0.113.0/24"] });
    expectProblem(await send({}, listed), 403, "permission_denied");
    expect(await entriesOf(listed)).toEqual([{ action: "api_key.refused", values: { reason: "address" } }]);
  });
});

describe("rate limits", () => {
  it("every answer to an authenticated call says where it stands", async () => {
    const other = await desk.world.addApiKey(await desk.world.addMerchant());
    const { headers } = await send({}, other);
    expect(headers.get("ratelimit-policy")).toBe('"get_transaction";q=1000;w=60');
    expect(headers.get("ratelimit")).toBe('"get_transaction";r=999;t=60');
    const refused = await desk.post(other, "/api/v1/payments", {});
    expect(refused.status).toBe(400);
    expect(refused.headers.get("ratelimit")).toBe('"create_payment";r=99;t=60');
  });

  it("over the limit: 429 with Retry-After, and the two keys of a merchant share it", async () => {
    const merchant = await desk.world.addMerchant();
    const keys = [await desk.world.addApiKey(merchant), await desk.world.addApiKey(merchant)] as const;
    const answers = await Promise.all(
      Array.from({ length: 110 }, (_, index) => desk.post(keys[index % 2 === 0 ? 0 : 1], "/api/v1/payments", {})),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(10);
    for (const answer of refused) {
      expectProblem(answer, 429, "rate_limited");
      expect(answer.headers.get("retry-after")).toMatch(/^[1-9][0-9]?$/);
      expect(answer.headers.get("ratelimit")).toMatch(/^"create_payment";r=0;t=[0-9]+$/);
    }
    expect((await send({}, keys[0])).status).toBe(200);
  });

  it("auth.failures.address: the attack is to try secrets; only failures count, and they alone stop at the limit", async () => {
    const address = newAddress();
    for (let index = 0; index < 25; index += 1) expect((await send({ address })).status).toBe(200);
    const guesses = [];
    for (let index = 0; index < 25; index += 1) guesses.push(await send({ address, signed: { secret: "guess" } }));
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(20);
    const stopped = guesses.filter(({ status }) => status === 429);
    expect(stopped).toHaveLength(5);
    for (const answer of stopped) expectProblem(answer, 429, "rate_limited");
    expect(Number(stopped[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await send({ signed: { secret: "guess" } })).status).toBe(401);
    expect((await send({ address })).status).toBe(200);
  });
});
