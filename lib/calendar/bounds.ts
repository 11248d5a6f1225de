import { z } from "zod";

/** Postgres and JavaScript agree on these years; others are nobody's payment, and some no date of Postgres. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 9999;

/** What is no date at all has been refused as that already. */
const inBounds = (text: string) => {
  const year = new Date(text).getUTCFullYear();
  return !(year < FIRST_YEAR || year > LAST_YEAR);
};

/** A day, `YYYY-MM-DD`. */
export const calendarDay = z.iso.date().refine(inBounds, "Send a day from 1970 on.");

/** RFC 3339, with any offset. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine(inBounds, "Send a time from 1970 on.")
  .transform((text) => new Date(text));
