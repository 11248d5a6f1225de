import { describe, expect, it } from "vitest";
import { parseExpiry } from "./card-expiry";

const at = (time: string) => new Date(time);
const NOVEMBER = at("2026-11-24T12:00:00.000Z");

describe("parseExpiry", () => {
  it.each([
    [12, 2030, "2026-11-24T12:00:00.000Z"],
    [11, 2026, "2026-11-01T00:00:00.000Z"],
    [11, 2026, "2026-11-30T23:59:59.999Z"],
    [11, 2026, "2026-12-01T11:59:59.999Z"],
    [12, 2026, "2027-01-01T11:59:59.999Z"],
    [2, 2028, "2028-02-29T23:59:59.999Z"],
  ])("%i/%i is good at %s", (month, year, now) => {
    expect(parseExpiry(month, year, at(now))).toEqual({ ok: true, expiry: { month, year } });
  });

  it.each([
    [11, 2026, "2026-12-01T12:00:00.000Z"],
    [12, 2026, "2027-01-01T12:00:00.000Z"],
    [10, 2026, "2026-11-24T12:00:00.000Z"],
    [12, 2025, "2026-11-24T12:00:00.000Z"],
    [1, 1000, "2026-11-24T12:00:00.000Z"],
  ])("%i/%i has expired at %s", (month, year, now) => {
    expect(parseExpiry(month, year, at(now))).toEqual({ ok: false, code: "card_expired" });
  });

  it.each([
    [0, 2030],
    [13, 2030],
    [1.5, 2030],
    [-1, 2030],
    [Number.NaN, 2030],
    ["12", 2030],
    [12, 30],
    [12, 20300],
    [12, 2030.5],
    [12, "2030"],
    [12, Number.POSITIVE_INFINITY],
    [null, null],
  ])("%j/%j is no month", (month, year) => {
    expect(parseExpiry(month, year, NOVEMBER)).toEqual({ ok: false, code: "expiry_invalid" });
  });
});
