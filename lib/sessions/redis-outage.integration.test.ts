import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { codeOf, TEST_LIMITS, type TestUser, wrongCodeOf } from "@/lib/auth/testing/sign-in-world";
import { TestBrowser } from "@/lib/auth/testing/test-browser";
import { mapError } from "@/lib/boundary/map-error";
import { connectRedis } from "@/lib/redis/redis-client";
import { startLosingProxy } from "@/lib/redis/testing/losing-proxy";
import { startRedis } from "@/scripts/redis/start-redis";
import { redisSessionStore } from "./redis-session-store";
import type { SessionStore } from "./session-store";
import { createRedisWorld } from "./testing/redis-world";

type Running = Awaited<ReturnType<typeof createRedisWorld<Awaited<ReturnType<typeof startRedis>>>>>;

describe("sessions in Redis, when Redis fails", () => {
  let running: Running;
  beforeAll(async () => {
    running = await createRedisWorld(startRedis);
  });
  afterAll(() => running.world.close());

  async function create(user: TestUser, store: SessionStore = running.world.sessions): Promise<string> {
    const { userId, merchantId } = user;
    const who = { userId, merchantId, ip: null, userAgent: null, deviceId: null, method: "totp" } as const;
    const created = await transact(running.world.client, systemContext("test"), (tx) =>
      store.create(tx, { ...who, replacesToken: null }),
    );
    return created.token;
  }

  async function signIn(user: TestUser, code: string) {
    const browser = new TestBrowser(running.world);
    await browser.passPassword(user);
    const response = await browser.sendCode(code).catch((thrown: unknown) => mapError(thrown));
    return { browser, status: response.status };
  }

  const failuresOf = async ({ userId }: TestUser): Promise<number> => {
    const [row] = await running.world.owner.pool<{ failures: number }[]>`
      select failures from factor_attempts where user_id = ${userId}`;
    return row?.failures ?? 0;
  };

  it("session.store-away: with Redis stopped sign-in and pages answer 503, nobody is in, and counters are kept", async () => {
    const { world, server } = running;
    const user = await world.addUser();
    const token = await create(user);
    await world.sessions.resolve(token);
    await signIn(user, wrongCodeOf(user));
    await server.kill();
    const page = await world.sessions.resolve(token).catch((thrown: unknown) => mapError(thrown));
    expect(page).toMatchObject({ status: 503, retryAfterSeconds: 2 });
    // outage.no-oracle: the attack is to learn which code is right from which answer is another.
    expect((await signIn(user, wrongCodeOf(user))).status).toBe(503);
    const { status, browser } = await signIn(user, codeOf(user));
    expect(status).toBe(503);
    expect(browser.sessionToken).toBeUndefined();
    // The count of wrong codes is in Postgres: the sign-in that failed neither cleared it nor added to it.
    expect(await failuresOf(user)).toBe(1);
    await server.restart();
    // It came back empty: everybody is signed out, and signs in as ever. The code was not spent by the failure.
    expect(await world.sessions.resolve(token)).toBeNull();
    const again = await signIn(user, codeOf(user));
    expect(await world.sessions.resolve(again.browser.sessionToken ?? "")).toMatchObject({ user: { id: user.userId } });
  });

  it("redis.emptied: all are signed out, and a lock-out stands", async () => {
    const { world, server } = running;
    const user = await world.addUser();
    const token = await create(user);
    for (let round = 0; round < 3; round += 1) await signIn(user, wrongCodeOf(user));
    await server.kill();
    await server.restart();
    expect(await world.sessions.resolve(token)).toBeNull();
    expect((await signIn(user, codeOf(user))).browser.sessionToken).toBeUndefined();
  });

  it("redis.answer-lost: a sign-in whose answer got lost is one session, and evicts once", async () => {
    const { world } = running;
    const user = await world.addUser();
    const oldest = await create(user);
    await create(user);
    await create(user);
    const lossy = await losingAnswers(1);
    const token = await create(user, lossy.store);
    expect(await world.sessions.resolve(token)).toMatchObject({ user: { id: user.userId } });
    const listed = await world.sessions.list(user.userId);
    expect(listed.map(({ ended }) => ended?.reason ?? "live")).toEqual(["live", "live", "live", "evicted"]);
    expect(await world.sessions.resolve(oldest)).toBeNull();
    const entries = await world.owner.pool`
      select action from audit_entries where merchant_id = ${user.merchantId} and resource_type = 'session'`;
    expect(entries.map(({ action }) => action).sort()).toEqual([
      ...Array.from({ length: 4 }, () => "session.created"),
      "session.ended",
    ]);
    await lossy.close();
  });

  it("redis.no-orphan: a session that no browser was ever given goes by itself", async () => {
    const { world, redis } = running;
    const user = await world.addUser();
    const lossy = await losingAnswers(2);
    await expect(create(user, lossy.store)).rejects.toMatchObject({ code: "REDIS_UNAVAILABLE" });
    await lossy.close();
    // It is there, and its key has a short life; one that was shown to the server once has a long one.
    const [orphan] = await world.sessions.list(user.userId);
    const lifeOf = (id: string) => redis.run("return redis.call('TTL', 'countinghouse:session:' .. ARGV[1])", [id]);
    const short = await lifeOf(orphan?.sessionId ?? "");
    expect(short).toBeGreaterThan(0);
    expect(short).toBeLessThanOrEqual(120);
    const token = await create(user);
    const used = await world.sessions.resolve(token);
    expect(await lifeOf(used?.sessionId ?? "")).toBeGreaterThan(86_400 * 30);
    await redis.run("return redis.call('DEL', 'countinghouse:session:' .. ARGV[1])", [orphan?.sessionId ?? ""]);
    expect((await world.sessions.list(user.userId)).map(({ sessionId }) => sessionId)).toEqual([used?.sessionId]);
  });

  it("session.hashed-at-rest: the attack is to sign in with what a dump of Redis holds", async () => {
    const { world, redis } = running;
    const token = await create(await world.addUser());
    const dump = await redis.run(
      `local all = {}
       for _, key in ipairs(redis.call('KEYS', '*')) do
         all[#all + 1] = key
         local kind = redis.call('TYPE', key).ok
         if kind == 'string' then all[#all + 1] = redis.call('GET', key)
         elseif kind == 'hash' then for _, v in ipairs(redis.call('HGETALL', key)) do all[#all + 1] = v end
         else for _, v in ipairs(redis.call('ZRANGE', key, 0, -1)) do all[#all + 1] = v end end
       end
       return table.concat(all, ' ')`,
      [],
    );
    expect(dump).toContain("countinghouse:session-token:");
    expect(dump).not.toContain(token);
    expect(dump).not.toContain(Buffer.from(token, "base64url").toString("hex"));
  });

  it("says nothing of what was asked when Redis refuses it", async () => {
    const { server } = running;
    const stranger = connectRedis(server.url, "another-token");
    const error = await stranger
      .run("return ARGV[1]", ["a-secret-argument"])
      .catch((thrown: unknown) => String(thrown));
    expect(error).toContain("RedisUnavailable");
    expect(error).not.toContain("a-secret-argument");
  });

  /** A store in front of the same Redis, from which so many answers do not come back. */
  async function losingAnswers(count: number): Promise<{ store: SessionStore; close: () => Promise<void> }> {
    const { server, world } = running;
    const proxy = await startLosingProxy(server.url);
    proxy.lose(count);
    const redis = connectRedis(proxy.url, server.token);
    const store = redisSessionStore({ redis, db: world.client.db, limits: TEST_LIMITS });
    return { store, close: proxy.close };
  }
});
