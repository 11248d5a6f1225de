import { sql } from "drizzle-orm";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { processRedis } from "@/lib/redis/process-redis";
import { postgresSessionStore } from "./postgres-session-store";
import { redisSessionStore } from "./redis-session-store";
import type { SessionStore } from "./session-store";

/** This process's session store, from its environment: Redis where one is configured, else Postgres. */
export function sessions(): SessionStore {
  const { SESSION_IDLE_SECONDS, SESSION_ABSOLUTE_SECONDS, SESSION_MAX } = env();
  const limits = {
    idleSeconds: SESSION_IDLE_SECONDS,
    absoluteSeconds: SESSION_ABSOLUTE_SECONDS,
    maxPerUser: SESSION_MAX,
  };
  const { db } = database();
  const configured = processRedis();
  return configured ? redisSessionStore({ redis: configured, db, limits }) : postgresSessionStore(db, limits);
}

/** Rejects while the session store does not answer. */
export async function pingSessionStore(): Promise<void> {
  await (processRedis()?.ping() ?? database().db.execute(sql`select 1`));
}
