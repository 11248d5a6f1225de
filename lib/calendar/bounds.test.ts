import { describe, expect, it } from "vitest";
import { calendarDay, instant } from "./bounds";

// The attack: a date that JavaScript takes and Postgres does not turns a filter into a 500.
describe("calendar.bounds", () => {
  it.each(["0000-01-01", "1969-12-31", "10000-01-01", "2026-02-30", "2026-1-1", "today", ""])(
    "refuses the day %j",
    (day) => {
      expect(calendarDay.safeParse(day).success).toBe(false);
    },
  );

  it.each(["0000-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00"])(
    "refuses the time %j",
    (time) => {
      expect(instant.safeParse(time).success).toBe(false);
    },
  );

  it("takes ordinary ones", () => {
    expect(calendarDay.parse("2026-11-24")).toBe("2026-11-24");
    expect(instant.parse("2026-11-24T10:00:00+05:30").toISOString()).toBe("2026-11-24T04:30:00.000Z");
  });
});
