import { randomBytes } from "node:crypto";
import { Redis } from "@upstash/redis";
import { RateLimiterPostgres, RateLimiterRedis } from "rate-limiter-flexible";
import { connect, type DatabaseClient } from "@/db/client";
import type { LimitStore } from "@/lib/rate-limit/limit-store";
import { postgresLimitStore, spendNonce } from "@/lib/rate-limit/postgres-limit-store";
import { redisLimitStore } from "@/lib/rate-limit/redis-limit-store";
import { connectRedis } from "@/lib/redis/redis-client";
import { startRedis } from "../redis/start-redis";
import { compare, type Measure } from "./compare";
import { rateOfAsync } from "./rate";
import type { Row } from "./row";

const ROUND_MS = 1500;
const CONNECTION = { poolSize: 1, statementTimeoutMs: 10_000 };
const QUOTA = { limit: 1_000_000, windowSeconds: 60 };
const PEER = "rate-limiter-flexible";

type Databases = Readonly<{ databaseUrl: string; ownerDatabaseUrl: string }>;

/** A limit's decision in either store against a well-known library's over the same wire to the same store, and a nonce. */
export async function limitRows({ databaseUrl, ownerDatabaseUrl }: Databases): Promise<Row[]> {
  const [client, owner, redis] = [
    connect(databaseUrl, CONNECTION),
    connect(ownerDatabaseUrl, CONNECTION),
    await startRedis(),
  ];
  try {
    const onRedis = redisLimitStore(connectRedis(redis.url, redis.token));
    return [
      await decisionRow("Postgres", postgresLimitStore(client.db), await peerOnPostgres(owner)),
      await decisionRow("Redis", onRedis, peerOnRedis(redis.url, redis.token)),
      await nonceRow(client),
    ];
  } finally {
    await owner.pool`drop table if exists bench_peer`;
    await Promise.all([client.close(), owner.close()]);
    await redis.stop();
  }
}

async function decisionRow(store: string, limits: LimitStore, peer: () => Promise<unknown>): Promise<Row> {
  const row = await compare({
    name: `rate-limit decision on ${store}`,
    ours: rate(() => limits.take("bench", QUOTA)),
    floor: { name: PEER, measure: rate(peer) },
    goal: { atLeast: 1 },
  });
  return { ...row, note: `${micros(row.ours)} µs, exact; theirs ${micros(row.floor?.value ?? 0)} µs, a fixed window` };
}

async function nonceRow({ db, pool }: DatabaseClient): Promise<Row> {
  const apiKeyId = `key_bench_${randomBytes(8).toString("hex")}`;
  const row = await compare({
    name: "spend a nonce",
    ours: rate(() => spendNonce(db, { apiKeyId, nonce: randomBytes(18).toString("base64url") })),
    floor: { name: "select 1", measure: rate(() => pool`select ${1}::int`) },
    goal: null,
  });
  return { ...row, note: `${micros(row.ours)} µs; in a request it travels with the limit` };
}

/** On the driver that ours runs on, so that the libraries are compared and not the drivers. */
async function peerOnPostgres({ pool }: DatabaseClient): Promise<() => Promise<unknown>> {
  type Query = Readonly<{ text: string; values?: (string | number | null)[] }>;
  const storeClient = {
    query: async ({ text, values = [] }: Query) => ({
      rows: [...(await pool.unsafe(text, values, { prepare: true }))],
    }),
  };
  const table = { tableName: "bench_peer", keyPrefix: "bench" };
  const options = { ...table, storeClient, storeType: "client", points: QUOTA.limit, duration: QUOTA.windowSeconds };
  const limiter = await new Promise<RateLimiterPostgres>((resolve, reject) => {
    const made: RateLimiterPostgres = new RateLimiterPostgres(options, (error) =>
      error ? reject(error) : resolve(made),
    );
  });
  return () => limiter.consume("bench");
}

/** Through the Upstash protocol, as ours. */
function peerOnRedis(url: string, token: string): () => Promise<unknown> {
  const redis = new Redis({
    url,
    token,
    automaticDeserialization: false,
    responseEncoding: false,
    enableTelemetry: false,
  });
  let script = "";
  const storeClient = {
    defineCommand: (_: string, { lua }: Readonly<{ lua: string }>) => {
      script = lua;
    },
    rlflxIncr: ([key = "", ...args]: readonly string[]) => redis.eval(script, [key], args),
  };
  const limiter = new RateLimiterRedis({ storeClient, points: QUOTA.limit, duration: QUOTA.windowSeconds });
  return () => limiter.consume("bench");
}

function rate(work: () => Promise<unknown>): Measure {
  return () => rateOfAsync(work, ROUND_MS);
}

function micros(perSecond: number): string {
  return (1e6 / perSecond).toFixed(0);
}
