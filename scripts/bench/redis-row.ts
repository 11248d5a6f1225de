import { connect } from "@/db/client";
import { connectRedis, type RedisClient } from "@/lib/redis/redis-client";
import { redisSessionStore } from "@/lib/sessions/redis-session-store";
import { startRedis } from "../redis/start-redis";
import { compare } from "./compare";
import { countPerCall } from "./count-per-call";
import type { CountingProxy } from "./counting-proxy";
import { rateOfAsync } from "./rate";
import type { Row } from "./row";
import { BENCH_LIMITS, createSession } from "./session";

const ROUND_MS = 1500;
const CONNECTION = { poolSize: 1, statementTimeoutMs: 10_000 };

/** The session check with the sessions in a Redis on this machine, against a round trip to it that asks for nothing. */
export async function redisRow(databaseUrl: string, proxy: CountingProxy): Promise<Row> {
  const server = await startRedis();
  const [direct, counted] = [connect(databaseUrl, CONNECTION), connect(proxy.url, CONNECTION)];
  try {
    const redis = counting(connectRedis(server.url, server.token));
    const store = redisSessionStore({ redis, db: direct.db, limits: BENCH_LIMITS });
    const token = await createSession(direct, store);
    const row = await compare({
      name: "session check on Redis",
      ours: () => rateOfAsync(() => store.resolve(token), ROUND_MS),
      floor: { name: "ping", measure: () => rateOfAsync(() => redis.ping(), ROUND_MS) },
      goal: null,
    });
    const countedStore = redisSessionStore({ redis, db: counted.db, limits: BENCH_LIMITS });
    const { roundTrips } = await countPerCall(proxy, direct, () => countedStore.resolve(token));
    const before = redis.calls();
    await store.resolve(token);
    const toRedis = redis.calls() - before;
    const micros = (1e6 / row.ours).toFixed(0);
    return { ...row, note: `${micros} µs; ${toRedis} round trips to Redis, ${roundTrips} to Postgres` };
  } finally {
    await Promise.all([direct.close(), counted.close()]);
    await server.stop();
  }
}

function counting(redis: RedisClient): RedisClient & { calls: () => number } {
  let calls = 0;
  return {
    run: (script, args) => {
      calls += 1;
      return redis.run(script, args);
    },
    ping: redis.ping,
    upstash: redis.upstash,
    calls: () => calls,
  };
}
