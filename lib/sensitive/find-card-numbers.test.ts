import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findCardNumbers } from "./find-card-numbers";

const found = (text: string): string[] => findCardNumbers(text).map(([start, end]) => text.slice(start, end));

describe("card-numbers.are-found-however-written", () => {
  // The attack: a card number reaches a log or a free-text field in a spelling that a plain digit pattern misses.
  it.each([
    "4242424242424242",
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "4242.4242.4242.4242",
    "4242\u00a04242\u00a04242\u00a04242",
    "4242\u20114242\u20114242\u20114242",
    "4242\u200b4242\u200b4242\u200b4242",
    "4242 - 4242 - 4242 - 4242",
    "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
    "4242 4242-4242 4242",
    "4242%204242%204242%204242",
    "4242%2D4242%2d4242%2D4242",
    "4242%25204242%25204242%25204242",
    "4242%C2%A04242%C2%A04242%C2%A04242",
    "4242+4242+4242+4242",
    "４２４２４２４２４２４２４２４２",
    "４２４２　４２４２　４２４２　４２４２",
    "४२४२ ४२४२ ४२४२ ४२४२",
    "4242,4242,4242,4242",
    "4242\n4242\n4242\n4242",
    "4242_4242_4242_4242",
    "4242/4242/4242/4242",
    "4242)(4242)(4242)(4242",
    "4242\u200e4242\u200e4242\u200e4242",
    "3782 822463 10005",
    "2223003122003222",
    "6521500000000006",
    "30569309025904",
    "6200000000000005",
    "4222222222222",
    "6304000000000000000",
  ])("%j", (number) => {
    for (const text of [number, `card ${number}.`, `(${number})`, `{"n":"${number}"}`, `a\\n${number}\\n`]) {
      expect(found(text)).toEqual([number]);
    }
  });

  it.each([
    ["after a percent-encoded quote", "%224242424242424242%22", "4242424242424242"],
    ["after a percent-encoded equals sign", "pan%3D4242424242424242", "4242424242424242"],
    ["right after a percent sign", "100%4242424242424242", "4242424242424242"],
    ["right after a letter", "pan4242424242424242x", "4242424242424242"],
    ["before its expiry and code", "4242 4242 4242 4242 08 31 123", "4242 4242 4242 4242"],
    ["after a count", "12 4242424242424242", "4242424242424242"],
    ["in magnetic stripe data", ";4242424242424242=30121010000000000000?", "4242424242424242"],
    ["in digits grouped like a UUID's", "42424242-4242-4242-0000-000000000000", "42424242-4242-4242"],
    ["beside a UUID", "6f9619ff-8b86-4011-b42d-00c04fc964ff 4242424242424242", "4242424242424242"],
  ])("%s", (_where, text, number) => {
    expect(found(text)).toEqual([number]);
  });

  it("each of several, in order", () => {
    expect(found("378282246310005, 5555555555554444\n4000000000000002")).toEqual([
      "378282246310005",
      "5555555555554444",
      "4000000000000002",
    ]);
  });

  it("anywhere in any text without digits or separators", () => {
    const words = fc.stringMatching(/^[a-z,:;"'\n{}]{0,40}$/);
    fc.assert(
      fc.property(words, words, (before, after) => {
        expect(findCardNumbers(`${before}5555555555554444${after}`)).toEqual([[before.length, before.length + 16]]);
      }),
    );
  });
});

describe("card-numbers.other-numbers-are-left-alone", () => {
  it.each([
    ["wrong check digit", "4242424242424241"],
    ["unknown issuer, right check digit", "1234567812345670"],
    ["a length Visa does not issue, right check digit", "42424242424242426"],
    ["twelve digits", "501800000009"],
    ["a longer unbroken run", "42424242424242420000"],
    ["milliseconds since 1970", "1764012391646"],
    ["microseconds since 1970", "1764012391646003"],
    ["a phone number", "+91 98765 43210"],
    ["a date and time", "2026-11-24 19.26.32.123456"],
    ["letters between", "4242a4242a4242a4242"],
    ["colons between, as in times", "4242:4242:4242:4242"],
    ["four separators between", "4242    4242    4242    4242"],
    ["prices whose digits would pass", "4242.42 4242.42 4242"],
    ["nothing", ""],
  ])("%s: %j", (_what, text) => {
    expect(findCardNumbers(text)).toEqual([]);
  });

  it("no UUID, digest or 128-bit id among 20,000", () => {
    const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    for (let seed = 0; seed < 20_000; seed += 1) {
      const bytes = createHash("sha256").update(String(seed)).digest();
      const hex = bytes.toString("hex");
      const uuid = hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
      const id = `pay_${Array.from(bytes.subarray(0, 26), (byte) => alphabet[byte % 32]).join("")}`;
      expect(findCardNumbers(`${uuid} ${hex} ${id}`)).toEqual([]);
    }
  });
});

describe("card-numbers.time-is-linear", () => {
  // The attack: a body shaped to make a backtracking pattern, or a search that restarts, take minutes. The longest
  // takes a quarter of a second here at four times the size an API body may have; quadratic work would take over ten, and
  // the test would not come back in its time.
  it.each(["4", "4 ", "4.-", "4242 ", "%25", "4%20", "- ", "%", "a1-", "00000000-"])("repeats of %j", (piece) => {
    const text = piece.repeat(Math.ceil(262_144 / piece.length));
    expect(findCardNumbers(text).length).toBeLessThanOrEqual(text.length);
  });
});
