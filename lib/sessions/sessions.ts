import { sql } from "drizzle-orm";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { connectRedis, type RedisClient } from "@/lib/redis/redis-client";
import { postgresSessionStore } from "./postgres-session-store";
import { redisSessionStore } from "./redis-session-store";
import type { SessionStore } from "./session-store";

let cached: RedisClient | null | undefined;

/** This process's Redis, or null where none is configured. */
function redis(): RedisClient | null {
  if (cached !== undefined) return cached;
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env();
  cached = url === undefined || token === undefined ? null : connectRedis(url, token);
  return cached;
}

/** This process's session store, from its environment: Redis where one is configured, else Postgres. */
export function sessions(): SessionStore {
  const { SESSION_IDLE_SECONDS, SESSION_ABSOLUTE_SECONDS, SESSION_MAX } = env();
  const limits = {
    idleSeconds: SESSION_IDLE_SECONDS,
    absoluteSeconds: SESSION_ABSOLUTE_SECONDS,
    maxPerUser: SESSION_MAX,
  };
  const { db } = database();
  const configured = redis();
  return configured ? redisSessionStore({ redis: configured, db, limits }) : postgresSessionStore(db, limits);
}

/** Rejects while the session store does not answer. */
export async function pingSessionStore(): Promise<void> {
  await (redis()?.ping() ?? database().db.execute(sql`select 1`));
}
