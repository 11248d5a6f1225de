import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { connect } from "@/db/client";
import { transact } from "@/db/transact";
import { listKeyRows } from "@/lib/api-keys/api-key-store";
import { type MerchantId, newId } from "@/lib/ids/id";
import type { TestApiKey } from "@/lib/payments/testing/payment-world";
import { type AnsweredRequest, RequestLog, requestLog } from "@/lib/request-log/request-log";
import { deleteOldRequests, listRequests, type RequestFilter } from "@/lib/request-log/request-log-store";
import { type ApiDesk, openApiDesk } from "./testing/api-desk";

let desk: ApiDesk;

beforeAll(async () => {
  desk = await openApiDesk();
});
afterAll(() => desk.close());

async function newKey(): Promise<TestApiKey> {
  return desk.world.addApiKey(await desk.world.addMerchant());
}

async function logOf(merchantId: MerchantId, filter: RequestFilter = {}, limit = 100, cursor: string | null = null) {
  while (await requestLog().flush(desk.world.client));
  return listRequests(desk.world.client.db, { merchantId, mode: "test" }, filter, { limit, cursor });
}

async function lastUseOf({ merchantId }: TestApiKey) {
  const [key] = await listKeyRows(desk.world.client.db, merchantId);
  return key?.lastUsedAt;
}

describe("request-log", () => {
  it("has each request that named a key, with its answer; a key is used only by what was accepted", async () => {
    const key = await newKey();
    const refused = await desk.send(key, { method: "GET", path: "/api/v1/payments", signed: { secret: "wrong" } });
    expect((await logOf(key.merchantId)).rows).toMatchObject([
      { id: refused.json.request_id, status: 401, errorCode: "signature_invalid", ip: "192.0.2.1" },
    ]);
    expect(await lastUseOf(key)).toBeNull();
    const id = newId("pay");
    await desk.get(key, `/api/v1/payments/${id}`);
    await desk.send(key, { method: "POST", path: "/api/v1/cards", body: {}, idempotencyKey: "order 4242424242424242" });
    await desk.get(key, "/api/v1/payments?limit=1&reference=4242424242424242");
    const { rows } = await logOf(key.merchantId);
    expect(rows.map(({ method, route, path, status, errorCode }) => [method, route, path, status, errorCode])).toEqual([
      ["GET", "/api/v1/payments", "/api/v1/payments?limit=1&reference=…", 200, null],
      ["POST", "/api/v1/cards", "/api/v1/cards", 400, "idempotency_key_invalid"],
      ["GET", "/api/v1/payments/{id}", `/api/v1/payments/${id}`, 404, "not_found"],
      ["GET", "/api/v1/payments", "/api/v1/payments", 401, "signature_invalid"],
    ]);
    expect(rows[1]?.idempotencyKey).toBe("order [card …4242]");
    expect(JSON.stringify(rows)).not.toContain("424242424242");
    expect(Number(await lastUseOf(key))).toBe(Math.max(...rows.map(({ createdAt }) => Number(createdAt))));
  });

  it("narrows to errors and to one request, a page at a time, and shows nobody another's", async () => {
    const [key, other] = [await newKey(), await newKey()];
    for (let index = 0; index < 3; index += 1) await desk.get(key, `/api/v1/payments?limit=${index}`);
    const { rows } = await logOf(key.merchantId);
    expect(rows.map(({ status }) => status)).toEqual([200, 200, 422]);
    expect((await logOf(key.merchantId, { status: { from: 400, to: 599 } })).rows).toEqual([rows[2]]);
    expect((await logOf(key.merchantId, { path: "limit=1" })).rows).toEqual([rows[1]]);
    expect((await logOf(key.merchantId, { path: "limit=%" })).rows).toEqual([]);
    expect((await logOf(key.merchantId, { method: "GET", apiKeyId: key.id })).rows).toEqual(rows);
    expect((await logOf(key.merchantId, { method: "POST" })).rows).toEqual([]);
    expect((await logOf(key.merchantId, { apiKeyId: other.id })).rows).toEqual([]);
    expect((await logOf(key.merchantId, { id: rows[1]?.id })).rows).toEqual([rows[1]]);
    const { nextCursor } = await logOf(key.merchantId, {}, 2);
    expect((await logOf(key.merchantId, {}, 2, nextCursor)).rows).toEqual([rows[2]]);
    expect((await logOf(other.merchantId)).rows).toEqual([]);
    expect((await logOf(other.merchantId, { id: rows[1]?.id })).rows).toEqual([]);
  });

  const answered = async (changes: Partial<AnsweredRequest> = {}): Promise<AnsweredRequest> => ({
    ...{ requestId: newId("req"), key: { ...(await newKey()), mode: "test" }, accepted: true, at: 1_760_000_000 },
    ...{ method: "GET", target: "/api/v1/payments", params: {}, status: 200, errorCode: null, durationMs: 3 },
    ...{ idempotencyKey: null, ip: null, userAgent: null, ...changes },
  });

  it("keeps what could not be written while the database was away, and writes once what it writes twice", async () => {
    const log = new RequestLog();
    const request = await answered();
    log.add(request);
    const nowhere = connect("postgres://app:x@127.0.0.1:9/none", { poolSize: 2, statementTimeoutMs: 1_000 });
    await expect(log.flush(nowhere)).rejects.toThrow();
    await nowhere.close();
    // As when the answer to a first try was lost.
    log.add(request);
    expect(await log.flush(desk.world.client)).toBe(false);
    expect((await logOf(request.key.merchantId)).rows).toHaveLength(1);
  });

  it("drops what the database will never take, and goes on with what comes after it", async () => {
    const log = new RequestLog();
    log.add(await answered({ key: { id: "key_test_x", merchantId: newId("mer"), mode: "test" } }));
    expect(await log.flush(desk.world.client)).toBe(false);
    const request = await answered();
    log.add(request);
    await log.flush(desk.world.client);
    expect((await logOf(request.key.merchantId)).rows).toHaveLength(1);
  });

  it("drops what no row can be made of, and writes what came with it", async () => {
    const log = new RequestLog();
    const request = await answered();
    log.add({ ...request, requestId: newId("req"), target: "http://[" });
    log.add(request);
    expect(await log.flush(desk.world.client)).toBe(false);
    expect((await logOf(request.key.merchantId)).rows.map(({ id }) => id)).toEqual([request.requestId]);
  });

  it("request-log.bounded: the attack is to fill the server's memory while nothing can be written", async () => {
    const log = new RequestLog();
    const keys = await Promise.all(Array.from({ length: 5 }, () => answered()));
    for (let index = 0; index < 10_050; index += 1) log.add(keys[index % 5] ?? (await answered()));
    let batches = 1;
    while (await log.flush(desk.world.client)) batches += 1;
    expect(batches).toBe(20);
  });

  it("request-log.fair: the attack is to crowd others out of the memory with one key", async () => {
    const log = new RequestLog();
    const [crowd, other] = [await answered(), await answered()];
    for (let index = 0; index < 10_050; index += 1) log.add(crowd);
    log.add(other);
    let batches = 1;
    while (await log.flush(desk.world.client)) batches += 1;
    expect(batches).toBe(6);
    expect((await logOf(other.key.merchantId)).rows).toHaveLength(1);
    log.add({ ...crowd, requestId: newId("req") });
    await log.flush(desk.world.client);
    expect((await logOf(crowd.key.merchantId)).rows).toHaveLength(2);
  });

  it.each<[string, Partial<AnsweredRequest>]>([
    ["without its secret", { accepted: false, status: 401, errorCode: "signature_invalid" }],
    ["beyond its limits", { accepted: true, status: 429, errorCode: "rate_limited" }],
  ])("request-log.refused.bounded: the attack is to fill a key's log %s", async (_, refusal) => {
    const log = new RequestLog();
    const [victim, other] = [await answered(refusal), await answered(refusal)];
    const again = (request: AnsweredRequest, changes: Partial<AnsweredRequest> = {}) =>
      log.add({ ...request, requestId: newId("req"), ...changes });
    for (let index = 0; index < 70; index += 1) again(victim);
    again(victim, { accepted: true, status: 200 });
    again(other);
    again(victim, { at: victim.at + 60 });
    while (await log.flush(desk.world.client));
    expect((await logOf(victim.key.merchantId)).rows.filter(({ status }) => status !== 200)).toHaveLength(61);
    expect((await logOf(victim.key.merchantId, { status: { from: 200, to: 200 } })).rows).toHaveLength(1);
    expect((await logOf(other.key.merchantId)).rows).toHaveLength(1);
  });

  it("request-log.masked: the attack is a card number where an idempotency key is cut", async () => {
    const log = new RequestLog();
    const request = await answered({ idempotencyKey: `${"k".repeat(239)} 4242424242424242` });
    log.add(request);
    await log.flush(desk.world.client);
    const [row] = (await logOf(request.key.merchantId)).rows;
    expect(row?.idempotencyKey).toHaveLength(252);
    expect(row?.idempotencyKey).not.toContain("424242");
  });

  it("a later batch with an earlier use does not set a key's last use back", async () => {
    const request = await answered();
    for (const at of [request.at, request.at - 60]) {
      const log = new RequestLog();
      log.add({ ...request, requestId: newId("req"), at });
      await log.flush(desk.world.client);
    }
    const [key] = await listKeyRows(desk.world.client.db, request.key.merchantId);
    expect(key?.lastUsedAt).toEqual(new Date(request.at * 1000));
  });

  it("is kept for thirty days", async () => {
    const key = await newKey();
    for (let index = 0; index < 2; index += 1) await desk.get(key, "/api/v1/payments");
    const [kept, old] = (await logOf(key.merchantId)).rows;
    const age = (id: string | undefined, days: number) =>
      transact(desk.world.owner, systemContext("test"), (tx) =>
        tx.execute(sql`update api_requests set created_at = now() - make_interval(days => ${days}) where id = ${id}`),
      );
    await age(old?.id, 31);
    await age(kept?.id, 29);
    expect(await deleteOldRequests(desk.world.client.db)).toBe(false);
    expect((await logOf(key.merchantId)).rows.map(({ id }) => id)).toEqual([kept?.id]);
  });
});
