import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findAadhaarNumbers } from "./find-aadhaar";
import { isVerhoeffValid } from "./verhoeff";

const found = (text: string): string[] => findAadhaarNumbers(text).map(([start, end]) => text.slice(start, end));

describe("aadhaar.is-found-however-written", () => {
  // The attack: a customer's Aadhaar number reaches a log in a spelling that a plain digit pattern misses.
  it.each([
    "999941057058",
    "9999 4105 7058",
    "9999-4105-7058",
    "9999.4105.7058",
    "9999%204105%207058",
    "9999\u00a04105\u00a07058",
    "９９９９４１０５７０５８",
    "९९९९ ४१०५ ७०५८",
  ])("%j", (number) => {
    for (const text of [number, `aadhaar: ${number},`, `{"uid":"${number}"}`, `a\\n${number}`, `uid%3D${number}`]) {
      expect(found(text)).toEqual([number]);
    }
  });

  it("before other numbers", () => {
    expect(found("9999 4105 7058 1990")).toEqual(["9999 4105 7058"]);
  });

  it("exactly when the first digit is 2 to 9 and the check digit is right", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{12}$/), (digits) => {
        const grouped = digits.replace(/^(.{4})(.{4})/, "$1 $2 ");
        expect(found(grouped)).toEqual(/^[2-9]/.test(digits) && isVerhoeffValid(digits) ? [grouped] : []);
      }),
    );
  });
});

describe("aadhaar.other-numbers-are-left-alone", () => {
  it.each([
    ["wrong check digit", "999941057059"],
    ["begins with 1, right check digit", "100000000004"],
    ["begins with 0, right check digit", "023456789014"],
    ["other grouping", "99994 1057 058"],
    ["eleven digits", "99994105705"],
    ["inside thirteen digits", "9999410570581"],
    ["inside a UUID", "1a2b3c4d-0000-4000-8000-999941057058"],
    ["nothing", ""],
  ])("%s: %j", (_what, text) => {
    expect(findAadhaarNumbers(text)).toEqual([]);
  });
});
