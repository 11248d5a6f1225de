import { systemContext } from "@/db/audit-context";
import { connect, type DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import type { MerchantId, UserId } from "@/lib/ids/id";
import { takeRateLimit } from "@/lib/rate-limit/take-rate-limit";
import { postgresSessionStore } from "@/lib/sessions/postgres-session-store";
import type { SessionStore } from "@/lib/sessions/session-store";
import { compare } from "./compare";
import { countPerCall } from "./count-per-call";
import type { CountingProxy } from "./counting-proxy";
import { rateOfAsync } from "./rate";
import type { Row } from "./row";

const ROUND_MS = 1500;
const CONNECTION = { poolSize: 1, statementTimeoutMs: 10_000 };

/** Both one call after the other on one connection, against a round trip to the same database that asks for nothing. */
export async function databaseRows(databaseUrl: string, proxy: CountingProxy): Promise<Row[]> {
  const direct = connect(databaseUrl, CONNECTION);
  const counted = connect(proxy.url, CONNECTION);
  try {
    const token = await createSession(direct);
    const works = (client: DatabaseClient) => ({
      "session check": () => sessionStore(client).resolve(token),
      "rate-limit decision on Postgres": () =>
        takeRateLimit(client.db, "bench", { limit: 1_000_000, windowSeconds: 60 }),
    });
    const rows: Row[] = [];
    for (const [name, work] of Object.entries(works(direct))) {
      const row = await compare({
        name,
        ours: () => rateOfAsync(work, ROUND_MS),
        floor: { name: "select 1", measure: () => rateOfAsync(() => direct.pool`select ${1}::int`, ROUND_MS) },
        goal: null,
      });
      rows.push({ ...row, note: null });
    }
    const calls = works(counted);
    const counts = await countPerCall(proxy, direct, calls["session check"]);
    const limitCounts = await countPerCall(proxy, direct, calls["rate-limit decision on Postgres"]);
    return rows.map((row, index) => {
      const { roundTrips, commits } = index === 0 ? counts : limitCounts;
      return {
        ...row,
        note: `${(1e6 / row.ours).toFixed(0)} µs, ${roundTrips} round trips, ${commits} commits that write`,
      };
    });
  } finally {
    await Promise.all([direct.close(), counted.close()]);
  }
}

function sessionStore({ db }: DatabaseClient): SessionStore {
  return postgresSessionStore(db, { idleSeconds: 900, absoluteSeconds: 43_200, maxPerUser: 3 });
}

async function createSession(client: DatabaseClient): Promise<string> {
  const [user] = await client.pool<{ id: UserId; merchant_id: MerchantId }[]>`
    select id, merchant_id from users where disabled_at is null order by id limit 1`;
  if (!user) throw new Error("the seed made no user");
  const session = { userId: user.id, merchantId: user.merchant_id, ip: null, userAgent: "bench", replacesToken: null };
  const created = await transact(client, systemContext("bench"), (tx) => sessionStore(client).create(tx, session));
  return created.token;
}
