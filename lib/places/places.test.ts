import { getCountries } from "libphonenumber-js/min";
import { describe, expect, it } from "vitest";
import { countries, countryOfLanguages, isCountry } from "./countries";
import { isTimeZone, presentName, timeZones } from "./time-zones";

describe("countries", () => {
  it("are the 249 of ISO 3166-1, each with a name", () => {
    const all = countries();
    expect(new Set(all.map(({ code }) => code)).size).toBe(249);
    expect(all.filter(({ code, name }) => name === code || name === "")).toEqual([]);
    expect(all.find(({ code }) => code === "IN")?.name).toBe("India");
  });

  it("leave out none that has a telephone network, but for those that are no country of the standard", () => {
    expect(getCountries().filter((code) => !isCountry(code))).toEqual(["AC", "TA", "XK"]);
  });

  it.each([
    ["en-IN,en;q=0.9", "IN"],
    ["en-GB, en-US;q=0.8", "GB"],
    ["zh-Hant-TW", "TW"],
    ["en,de-AT;q=0.7", "AT"],
    ["de", null],
    ["en-XX", null],
    ["*", null],
    ["", null],
    [null, null],
  ])("countryOfLanguages(%j) is %s", (header, country) => {
    expect(countryOfLanguages(header)).toBe(country);
  });
});

describe("time zones", () => {
  it("have each name once, the present one", () => {
    const all = timeZones();
    expect(new Set(all).size).toBe(all.length);
    for (const name of ["UTC", "Asia/Kolkata", "Europe/Kyiv", "America/New_York"]) expect(isTimeZone(name)).toBe(true);
    for (const name of ["Asia/Calcutta", "", "utc", "Mars/Olympus", "+05:30"]) expect(isTimeZone(name)).toBe(false);
    expect(all.map(presentName)).toEqual(all);
  });

  it("are zones that dates are shown in", () => {
    for (const zone of timeZones()) expect(() => new Intl.DateTimeFormat("en", { timeZone: zone })).not.toThrow();
  });
});
