import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { processRedis } from "@/lib/redis/process-redis";
import { type Admit, admitOnPostgres, admitOnRedis } from "./admit-request";
import { createLimits, type Limits } from "./limits";
import { quotasOf } from "./policies";
import { postgresLimitStore } from "./postgres-limit-store";
import { redisLimitStore } from "./redis-limit-store";

/** This process's limits, from its environment: in Redis where one is configured, else in Postgres. */
export function processLimits(): Limits {
  const redis = processRedis();
  return createLimits(redis ? redisLimitStore(redis) : postgresLimitStore(database().db), quotasOf(env()));
}

/** How this process admits requests of the integration API. */
export function processAdmit(): Admit {
  const { db } = database();
  return processRedis() ? admitOnRedis(db, processLimits()) : admitOnPostgres(db);
}
