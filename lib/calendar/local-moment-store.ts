import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Queryable } from "@/db/client";

/** A clock's reading without its place, as a browser's field sends it: `2026-11-25T13:00`. */
export const localMoment = z.iso
  .datetime({ local: true, error: "Choose a day and a time." })
  .regex(/^(19[7-9]|2\d\d)[^Z]*$/, "Choose a day from 1970 on.");

/** The moments at which the clock of a time zone (IANA) shows these readings. */
export async function momentsAt(db: Queryable, timeZone: string, readings: readonly string[]): Promise<Date[]> {
  const rows = await db.execute<{ at: number }>(sql`
    select extract(epoch from (r.reading::timestamp at time zone ${timeZone}))::float8 as at
      from json_array_elements_text(${JSON.stringify(readings)}::text::json) with ordinality as r(reading, place)
     order by r.place`);
  return rows.map(({ at }) => new Date(at * 1000));
}
