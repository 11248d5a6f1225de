import { z } from "zod";
import { createSignInWorld, type SignInWorld, TEST_LIMITS } from "@/lib/auth/testing/sign-in-world";
import { sha256 } from "@/lib/crypto/digest";
import { connectRedis, type RedisClient } from "@/lib/redis/redis-client";
import { redisSessionStore } from "../redis-session-store";

type Server = Readonly<{ url: string; token: string; stop: () => Promise<void> }>;

/** A world whose sessions live in a real Redis, which `start` starts. Closing it stops that too. */
export async function createRedisWorld<Running extends Server>(
  start: () => Promise<Running>,
): Promise<Readonly<{ world: SignInWorld; server: Running; redis: RedisClient }>> {
  const [server, base] = await Promise.all([start(), createSignInWorld()]);
  const redis = connectRedis(server.url, server.token);
  const close = async () => {
    await base.close();
    await server.stop();
  };
  const sessions = redisSessionStore({ redis, db: base.client.db, limits: TEST_LIMITS });
  return { server, redis, world: { ...base, sessions, close } };
}

const AGE = `
local id = redis.call('GET', 'countinghouse:session-token:' .. ARGV[1])
local key = 'countinghouse:session:' .. id
local function back(field, by) redis.call('HSET', key, field, string.format('%.0f', redis.call('HGET', key, field) - by)) end
back('seen', ARGV[2]) back('created', ARGV[3]) back('expires', ARGV[3])
redis.call('ZADD', 'countinghouse:sessions-due', 0, id)
return id`;

/** Moves a session's times back, as if so many seconds had passed since it was seen, and since it was made. */
export async function ageInRedis(redis: RedisClient, token: string, seen: number, created: number): Promise<void> {
  await redis.run(AGE, [sha256(token).toString("hex"), String(seen * 1e6), String(created * 1e6)]);
}

const REASON = `
local id = redis.call('GET', 'countinghouse:session-token:' .. ARGV[1])
return redis.call('HGET', 'countinghouse:session:' .. id, 'reason')`;

export async function reasonInRedis(redis: RedisClient, token: string): Promise<string | null> {
  return z
    .string()
    .nullable()
    .parse(await redis.run(REASON, [sha256(token).toString("hex")]));
}
