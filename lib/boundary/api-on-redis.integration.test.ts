import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestApiKey } from "@/lib/payments/testing/payment-world";
import { type LosingProxy, startLosingProxy } from "@/lib/redis/testing/losing-proxy";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { type RunningRedis, startRedis } from "@/scripts/redis/start-redis";
import { type ApiDesk, openApiDesk } from "./testing/api-desk";
import { expectExactBurst } from "./testing/burst";

let sandbox: Sandbox;
let redis: RunningRedis;
let proxy: LosingProxy;
let desk: ApiDesk;

beforeAll(async () => {
  [sandbox, redis] = await Promise.all([startSandbox(), startRedis()]);
  proxy = await startLosingProxy(redis.url);
  desk = await openApiDesk(sandbox.url, {
    UPSTASH_REDIS_REST_URL: proxy.url,
    UPSTASH_REDIS_REST_TOKEN: redis.token,
  });
});
afterAll(async () => {
  await desk.close();
  await proxy.close();
  await Promise.all([redis.stop(), sandbox.stop()]);
});

async function newShop(): Promise<{ key: TestApiKey; pay: (name: string) => ReturnType<ApiDesk["post"]> }> {
  const merchantId = await desk.world.addMerchant();
  const [key, card] = [await desk.world.addApiKey(merchantId), await desk.world.addCard(merchantId)];
  const order = (reference: string) => ({ amount: "12.50", currency: "INR", card, reference });
  return { key, pay: (name) => desk.post(key, "/api/v1/payments", order(`${merchantId} ${name}`), name) };
}

const remainingOf = ({ headers }: { headers: Headers }) => headers.get("ratelimit");

describe("the API with its limits in Redis", () => {
  it("fault 17: Redis away during a payment: 503 and no charge; reads go on; the same key pays once when it is back", async () => {
    const { key, pay } = await newShop();
    expect((await pay("before")).status).toBe(201);
    await redis.kill();
    const refused = await pay("away");
    expect([refused.status, refused.json.code]).toEqual([503, "service_unavailable"]);
    expect(refused.headers.get("retry-after")).toBe("2");
    expect(await desk.world.charges({ reference: `${key.merchantId} away` })).toEqual([]);
    const read = await desk.get(key, "/api/v1/payments");
    expect(read.status).toBe(200);
    expect(read.json.data).toHaveLength(1);
    expect(remainingOf(read)).toBe('"get_transaction";r=999;t=60');
    // Nobody gets in because something failed.
    const wrong = { method: "GET", path: "/api/v1/payments", signed: { secret: "cs_test_wrong" } } as const;
    expect((await desk.send(key, wrong)).status).toBe(503);
    await redis.restart();
    expect((await desk.send(key, wrong)).status).toBe(401);
    const [one, two] = [await pay("away"), await pay("away")];
    expect([one.status, two.status, two.text]).toEqual([201, 201, one.text]);
    expect(await desk.world.charges({ reference: `${key.merchantId} away` })).toHaveLength(1);
  });

  it("fault 19: Redis emptied: limits begin anew, and a payment stays the one it was", async () => {
    const { key, pay } = await newShop();
    const first = await pay("emptied");
    expect(remainingOf(first)).toBe('"create_payment";r=99;t=60');
    expect(remainingOf(await pay("emptied"))).toMatch(/;r=98;/);
    await redis.kill();
    await redis.restart();
    const again = await pay("emptied");
    expect(remainingOf(again)).toBe('"create_payment";r=99;t=60');
    expect(again.text).toBe(first.text);
    expect(await desk.world.charges({ reference: `${key.merchantId} emptied` })).toHaveLength(1);
  });

  it("fault 20: Redis does it but its answer is lost: one payment, counted once", async () => {
    const { key, pay } = await newShop();
    proxy.lose(1);
    const first = await pay("lost");
    expect([first.status, remainingOf(first)]).toEqual([201, '"create_payment";r=99;t=60']);
    expect(remainingOf(await pay("lost"))).toMatch(/;r=98;/);
    proxy.lose(2);
    expect((await pay("lost")).status).toBe(503);
    expect(remainingOf(await pay("lost"))).toMatch(/;r=96;/);
    expect(await desk.world.charges({ reference: `${key.merchantId} lost` })).toHaveLength(1);
  });

  it("a nonce is spent in Postgres, and a replay is not counted", async () => {
    const { key } = await newShop();
    const request = { method: "GET", path: "/api/v1/payments", nonce: "one-nonce-many-times" } as const;
    const answers = await Promise.all(Array.from({ length: 10 }, () => desk.send(key, request)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ json }) => json.code === "nonce_replayed")).toHaveLength(9);
    expect(remainingOf(await desk.get(key, "/api/v1/payments"))).toMatch(/;r=998;/);
  });

  it("of 150 payments in a burst exactly 100 are accepted, and the others are told how long to wait", async () => {
    await expectExactBurst(desk, (await newShop()).key, 15);
  });
});
