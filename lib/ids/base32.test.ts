import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BASE32_ALPHABET, encodeBase32 } from "./base32";

function decode(text: string): bigint {
  return Array.from(text).reduce((number, digit) => number * 32n + BigInt(BASE32_ALPHABET.indexOf(digit)), 0n);
}

describe("encodeBase32", () => {
  it.each([
    [[], ""],
    [[0], "00"],
    [[255], "7z"],
    [[0, 0, 0, 0, 1], "00000001"],
    [[255, 255, 255, 255, 255], "zzzzzzzz"],
  ])("%j is %s", (bytes, text) => {
    expect(encodeBase32(Uint8Array.from(bytes))).toBe(text);
  });

  it("loses no bit of 16 bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const text = encodeBase32(bytes);
        expect(text).toMatch(/^[0-7][0-9a-hjkmnp-tv-z]{25}$/);
        expect(decode(text).toString(16).padStart(32, "0")).toBe(Buffer.from(bytes).toString("hex"));
      }),
    );
  });
});
