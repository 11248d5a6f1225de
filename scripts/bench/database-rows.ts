import { connect, type DatabaseClient } from "@/db/client";
import { postgresSessionStore } from "@/lib/sessions/postgres-session-store";
import type { SessionStore } from "@/lib/sessions/session-store";
import { compare } from "./compare";
import { countPerCall } from "./count-per-call";
import type { CountingProxy } from "./counting-proxy";
import { rateOfAsync } from "./rate";
import type { Row } from "./row";
import { BENCH_LIMITS, createSession } from "./session";

const ROUND_MS = 1500;
const CONNECTION = { poolSize: 1, statementTimeoutMs: 10_000 };

type Work = (client: DatabaseClient) => Promise<unknown>;

/** One call after the other on one connection, against a round trip to the same database that asks for nothing. */
export async function databaseRows(databaseUrl: string, proxy: CountingProxy): Promise<Row[]> {
  const direct = connect(databaseUrl, CONNECTION);
  const counted = connect(proxy.url, CONNECTION);
  try {
    const token = await createSession(direct, sessionStore(direct));
    const works: Readonly<Record<string, Work>> = {
      "session check": (client) => sessionStore(client).resolve(token),
    };
    const rows: Row[] = [];
    for (const [name, work] of Object.entries(works)) {
      const row = await compare({
        name,
        ours: () => rateOfAsync(() => work(direct), ROUND_MS),
        floor: { name: "select 1", measure: () => rateOfAsync(() => direct.pool`select ${1}::int`, ROUND_MS) },
        goal: null,
      });
      const { roundTrips, commits } = await countPerCall(proxy, direct, () => work(counted));
      const micros = (1e6 / row.ours).toFixed(0);
      rows.push({ ...row, note: `${micros} µs; ${roundTrips} round trips, ${commits} commits that write` });
    }
    return rows;
  } finally {
    await Promise.all([direct.close(), counted.close()]);
  }
}

function sessionStore({ db }: DatabaseClient): SessionStore {
  return postgresSessionStore(db, BENCH_LIMITS);
}
