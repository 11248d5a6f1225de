import type { Sql } from "postgres";

export type RenewingPool = Readonly<{ current: () => Sql; close: () => Promise<void> }>;

/** Longer than a statement may take: what a given-up pool is still at can finish. */
const RETIRE_AFTER_MS = 15_000;

/**
 * A pool that is replaced as a whole once it has lost a connection. postgres.js would connect again by itself, but on a
 * connection that was lost under a statement it can keep the old one's error, or an unsent packet, and then fails the next
 * caller or never connects again.
 */
export function renewingPool(open: (onLoss: () => void) => Sql): RenewingPool {
  const all = new Set<Sql>();
  let isClosed = false;
  const make = (): Sql => {
    const pool: Sql = open(() => {
      if (pool !== current || isClosed) return;
      current = make();
      setTimeout(() => void end(pool), RETIRE_AFTER_MS).unref();
    });
    all.add(pool);
    return pool;
  };
  const end = async (pool: Sql) => {
    all.delete(pool);
    // Without a time-out of its own, the end of a pool that has lost a statement never comes.
    await pool.end({ timeout: pool === current ? 5 : 0 });
  };
  let current = make();
  return {
    current: () => current,
    close: async () => {
      isClosed = true;
      await Promise.all([...all].map(end));
    },
  };
}
