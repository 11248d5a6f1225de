import { sql } from "drizzle-orm";
import type { Queryable } from "./client";

/** The database's clock, Unix seconds: the one clock that all servers share. */
export async function nowSeconds(db: Queryable): Promise<number> {
  const [row] = await db.execute<{ now: number }>(sql`select extract(epoch from clock_timestamp())::float8 as now`);
  if (!row) throw new Error("the database did not tell the time");
  return row.now;
}
