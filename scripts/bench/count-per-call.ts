import type { DatabaseClient } from "@/db/client";
import type { CountingProxy } from "./counting-proxy";
import { median } from "./median";

export type PerCall = Readonly<{
  roundTrips: number;
  /** All transactions, those that only read included. */
  transactions: number;
  /** Transactions that changed something: Postgres gives a number to no other, and only these wait for the disk. */
  commits: number;
}>;

const CALLS = 101;
const WARM_UP_CALLS = 40;

/**
 * What one call costs the database, by the median of many in a row: the sealer and the sweeper, which work beside them,
 * fall into a few calls and not into the middle one. `observer` is a connection that does not pass the proxy.
 */
export async function countPerCall(
  proxy: CountingProxy,
  observer: DatabaseClient,
  call: () => Promise<unknown>,
): Promise<PerCall> {
  // Each connection of the pool prepares its statements at their first use.
  for (let left = WARM_UP_CALLS; left > 0; left -= 1) await call();
  const counted: PerCall[] = [];
  while (counted.length < CALLS) {
    const [before, numberBefore] = [proxy.counts(), await nextTransactionNumber(observer)];
    await call();
    const after = proxy.counts();
    counted.push({
      roundTrips: after.roundTrips - before.roundTrips,
      transactions: after.transactions - before.transactions,
      commits: Number((await nextTransactionNumber(observer)) - numberBefore),
    });
  }
  return {
    roundTrips: median(counted.map(({ roundTrips }) => roundTrips)),
    transactions: median(counted.map(({ transactions }) => transactions)),
    commits: median(counted.map(({ commits }) => commits)),
  };
}

async function nextTransactionNumber({ pool }: DatabaseClient): Promise<bigint> {
  const [row] = await pool<{ next: string }[]>`select pg_snapshot_xmax(pg_current_snapshot())::text as next`;
  if (!row) throw new Error("there is no snapshot");
  return BigInt(row.next);
}
