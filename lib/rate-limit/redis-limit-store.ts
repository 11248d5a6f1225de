import { Ratelimit, type RatelimitConfig } from "@upstash/ratelimit";
import { z } from "zod";
import { AcrossTries } from "@/db/across-tries";
import { randomToken } from "@/lib/crypto/random";
import type { Quota } from "@/lib/env";
import { type RedisClient, RedisUnavailable } from "@/lib/redis/redis-client";
import type { LimitDecision, LimitStore } from "./limit-store";

/**
 * One call of a subject, judged and counted in one step on Redis's clock, in microseconds. The accepted calls are a sorted set, by
 * their moments; each is named by the call's own number, so that no two become one, and so that a call whose answer was lost and
 * which is made again is found and counts once. The clock never runs backwards for a subject, as if it were set back no call
 * would leave. ARGV: key, call, limit, window.
 */
const TAKE = `
local KEY = ARGV[1]
local LIMIT, WINDOW = tonumber(ARGV[3]), tonumber(ARGV[4])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local function text(n) return string.format('%.0f', n) end
local function momentOf(place) return tonumber(redis.call('ZRANGE', KEY, place, place, 'WITHSCORES')[2]) end
local function secondsUntilGone(at) return math.max(1, math.ceil((at + WINDOW - now) / 1000000)) end
now = math.max(now, momentOf(-1) or now)
redis.call('ZREMRANGEBYSCORE', KEY, '-inf', text(now - WINDOW))
local used = redis.call('ZCARD', KEY)
local retry = 0
if not redis.call('ZSCORE', KEY, ARGV[2]) then
  if used < LIMIT then
    redis.call('ZADD', KEY, text(now), ARGV[2])
    redis.call('EXPIRE', KEY, math.ceil(WINDOW / 1000000) + 60)
    used = used + 1
  else
    retry = secondsUntilGone(momentOf(used - LIMIT))
  end
end
return { retry == 0 and 1 or 0, math.max(LIMIT - used, 0), secondsUntilGone(momentOf(0)), retry }
`;

const count = z.int().nonnegative();
const answer = z.tuple([z.union([z.literal(0), z.literal(1)]), count, count, count]);

/**
 * Limits in Redis, where one is configured. A call that was counted in a transaction that then fails stays counted. Throws
 * RedisUnavailable.
 */
export function redisLimitStore(redis: RedisClient): LimitStore {
  const numbers = new AcrossTries<string>();
  return {
    take: async (subject, quota, tx) => {
      // The same number in each run of a transaction: what it takes, it takes once.
      const call = tx ? await numbers.act(tx, subject, async (before) => before ?? randomToken()) : randomToken();
      const told: { decision?: LimitDecision } = {};
      const limiter = exactWindow(quota, async (key) => {
        told.decision = await takeOne(redis, [key, call, String(quota.limit), String(quota.windowSeconds * 1_000_000)]);
        return told.decision;
      });
      await new Ratelimit({ ...OFF, redis: redis.upstash, limiter, prefix: "countinghouse:limit" }).limit(subject);
      if (!told.decision) throw new RedisUnavailable("the limiter decided without asking Redis");
      return told.decision;
    },
  };
}

/**
 * What the library does besides: it lets calls through when its own clock runs out, remembers refusals in the process, and tells
 * Upstash who uses it. Redis decides, within our client's deadline, and each policy says what an outage does.
 */
const OFF = { timeout: 0, ephemeralCache: false, analytics: false, enableTelemetry: false } as const;

/** The exact window in the library's place for algorithms; its own weigh two fixed windows, and let almost twice the limit pass. */
function exactWindow({ limit }: Quota, take: (key: string) => Promise<LimitDecision>): RatelimitConfig["limiter"] {
  const neverAsked = () => Promise.reject(new Error("only decisions are asked for"));
  return () => ({
    limit: async (_context, key) => {
      const { allowed: success, remaining, resetSeconds } = await take(key);
      return { success, limit, remaining, reset: resetSeconds * 1000, pending: Promise.resolve() };
    },
    getRemaining: neverAsked,
    resetTokens: neverAsked,
  });
}

async function takeOne(redis: RedisClient, args: readonly string[]): Promise<LimitDecision> {
  const parsed = answer.safeParse(await redis.run(TAKE, args));
  if (!parsed.success) throw new RedisUnavailable("Redis answered what makes no sense");
  return toDecision(parsed.data);
}

function toDecision([allowed, remaining, resetSeconds, retryAfterSeconds]: z.output<typeof answer>): LimitDecision {
  return { allowed: allowed === 1, remaining, resetSeconds, retryAfterSeconds };
}
