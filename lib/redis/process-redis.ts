import { env } from "@/lib/env";
import { connectRedis, type RedisClient } from "./redis-client";

let cached: RedisClient | null | undefined;

/** This process's Redis, or null where none is configured. */
export function processRedis(): RedisClient | null {
  if (cached !== undefined) return cached;
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env();
  cached = url === undefined || token === undefined ? null : connectRedis(url, token);
  return cached;
}
