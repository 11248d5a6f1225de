import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { systemContext } from "@/db/audit-context";
import { connect } from "@/db/client";
import { createTestDatabase } from "@/db/testing/test-database";
import { transact } from "@/db/transact";
import { newId } from "@/lib/ids/id";
import { connectRedis, type RedisClient } from "@/lib/redis/redis-client";
import { type LosingProxy, startLosingProxy } from "@/lib/redis/testing/losing-proxy";
import { type RunningRedis, startRedis } from "@/scripts/redis/start-redis";
import { createLimits } from "./limits";
import { redisLimitStore } from "./redis-limit-store";
import { describeLimitStore } from "./testing/limit-store.contract";
import { testQuotas } from "./testing/test-limits";

let server: RunningRedis;
let proxy: LosingProxy;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  proxy = await startLosingProxy(server.url);
  redis = connectRedis(server.url, server.token, PATIENT_MS);
});
afterAll(async () => {
  await proxy.close();
  await server.stop();
});

const newSubject = () => `test:${newId("req")}`;
/** The tests ask hundreds of times at once, on a machine that does other things. */
const PATIENT_MS = 30_000;
const QUOTA = { limit: 3, windowSeconds: 60 };
const ACCEPTS = "redis.call('ZADD', KEY, text(now), ARGV[2])";

/** A client of its own, as another server has it, that also notes each moment at which a call is accepted. */
function noting(): RedisClient {
  const client = connectRedis(server.url, server.token, PATIENT_MS);
  const { run } = client;
  return {
    ...client,
    run: (script, args) => {
      if (!script.includes(ACCEPTS)) throw new Error("the script accepts calls in another way now");
      return run(script.replace(ACCEPTS, `${ACCEPTS} redis.call('RPUSH', KEY .. ':accepted', text(now))`), args);
    },
  };
}

const keptOf = async (subject: string): Promise<number[]> => {
  const said = await redis.run("return redis.call('ZRANGE', 'countinghouse:limit:' .. ARGV[1], 0, -1, 'WITHSCORES')", [
    subject,
  ]);
  return z
    .array(z.string())
    .parse(said)
    .filter((_, index) => index % 2 === 1)
    .map((micros) => Number(micros) / 1e6);
};

const AGE = `
local key = 'countinghouse:limit:' .. ARGV[1]
for _, call in ipairs(redis.call('ZRANGE', key, 0, -1)) do
  redis.call('ZADD', key, string.format('%.0f', redis.call('ZSCORE', key, call) - ARGV[2]), call)
end`;

describeLimitStore(() => ({
  runs: 10,
  stores: [redisLimitStore(noting()), redisLimitStore(noting())],
  acceptedOf: async (subject) => {
    const said = await redis.run(
      "return redis.call('LRANGE', 'countinghouse:limit:' .. ARGV[1] .. ':accepted', 0, -1)",
      [subject],
    );
    return z
      .array(z.string())
      .parse(said)
      .map((micros) => Number(micros) / 1e6);
  },
  keptOf,
  now: async () => {
    const [seconds = "", micros = ""] = z.array(z.string()).parse(await redis.run("return redis.call('TIME')", []));
    return Number(seconds) + Number(micros) / 1e6;
  },
  age: async (subject, seconds) => {
    await redis.run(AGE, [subject, String(seconds * 1e6)]);
  },
}));

describe("rate-limit in Redis", () => {
  it("redis.answer-lost: a call whose answer got lost is counted once, and is told what it was told", async () => {
    const subject = newSubject();
    const store = redisLimitStore(connectRedis(proxy.url, server.token));
    proxy.lose(1);
    expect(await store.take(subject, QUOTA)).toEqual({
      ...{ allowed: true, remaining: 2, resetSeconds: 60, retryAfterSeconds: 0 },
    });
    expect(proxy.lost()).toBe(1);
    expect(await keptOf(subject)).toHaveLength(1);
    // Lost for good: counted once, which costs its caller one call and lets nobody in.
    proxy.lose(2);
    await expect(store.take(subject, QUOTA)).rejects.toMatchObject({ code: "REDIS_UNAVAILABLE" });
    expect(await keptOf(subject)).toHaveLength(2);
    // The last of the limit, too, is itself when it is asked for again.
    proxy.lose(1);
    expect(await store.take(subject, QUOTA)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await store.take(subject, QUOTA)).toMatchObject({ allowed: false });
  });

  it("redis.transaction-again: what a transaction takes it takes once, however often the database has it run again", async () => {
    const database = await createTestDatabase();
    const client = connect(database.appUrl, { poolSize: 4, statementTimeoutMs: 5_000 });
    const subject = newSubject();
    const store = redisLimitStore(redis);
    let runs = 0;
    const decisions = await transact(client, systemContext("test"), async (tx) => {
      runs += 1;
      const taken = [await store.take(subject, QUOTA, tx), await store.take(subject, QUOTA, tx)];
      if (runs < 3) await tx.execute(sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
      return taken;
    });
    expect(runs).toBe(3);
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true]);
    expect(await keptOf(subject)).toHaveLength(2);
    await client.close();
    await database.drop();
  });

  it("a subject leaves nothing behind once its window has passed", async () => {
    const subject = newSubject();
    await redisLimitStore(redis).take(subject, QUOTA);
    const life = z
      .number()
      .parse(await redis.run("return redis.call('TTL', 'countinghouse:limit:' .. ARGV[1])", [subject]));
    expect(life).toBeGreaterThan(60);
    expect(life).toBeLessThanOrEqual(120);
  });

  it("redis.emptied: limits begin anew", async () => {
    const subject = newSubject();
    const store = redisLimitStore(redis);
    for (let index = 0; index < 4; index += 1) await store.take(subject, QUOTA);
    await server.kill();
    await server.restart();
    expect(await store.take(subject, QUOTA)).toMatchObject({ allowed: true, remaining: 2 });
  });

  it("limits.outage: each policy does what its table says, and an answer that makes no sense is an outage", async () => {
    const broken: RedisClient = { ...redis, run: async () => ["1", "99"] };
    const limits = createLimits(redisLimitStore(broken), testQuotas());
    for (const policy of ["create_payment", "refund", "sign_in_account", "send_code_again", "export"] as const) {
      await expect(limits.take(policy, "x")).rejects.toMatchObject({ code: "REDIS_UNAVAILABLE" });
    }
    await expect(limits.takeFrom("sign_in_address", "192.0.2.1")).rejects.toMatchObject({ code: "REDIS_UNAVAILABLE" });
    expect(await limits.take("get_transaction", "x")).toMatchObject({ allowed: true });
    // What is wrong on our side is no outage, and lets nobody through.
    const failing = createLimits({ take: () => Promise.reject(new TypeError("a bug")) }, testQuotas());
    await expect(failing.take("get_transaction", "x")).rejects.toThrow("a bug");
  });
});
