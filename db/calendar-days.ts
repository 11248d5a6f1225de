import { and, type Column, type SQL, sql } from "drizzle-orm";

/** Whole days, `YYYY-MM-DD`, both included, as a calendar in `timeZone` (IANA) has them. */
export type CalendarDays = Readonly<{ from?: string | undefined; to?: string | undefined; timeZone: string }>;

/** That a moment lies within the days. */
export function withinDays(moment: Column, { from, to, timeZone }: CalendarDays): SQL | undefined {
  const startOf = (day: string, plus: number) =>
    sql`((${day}::date + ${plus}::int)::timestamp at time zone ${timeZone})`;
  return and(
    from === undefined ? undefined : sql`${moment} >= ${startOf(from, 0)}`,
    to === undefined ? undefined : sql`${moment} < ${startOf(to, 1)}`,
  );
}
