import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64Url, toBase64Url } from "./base64url";
import { canonicalParts } from "./canonical-parts";

describe("base64url", () => {
  it("returns the bytes that went in", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        (bytes) => Buffer.compare(fromBase64Url(toBase64Url(bytes)) ?? Buffer.of(0), bytes) === 0,
      ),
    );
  });

  it("accepts one text for each byte string", () => {
    // "AA" and "AB" both decode to one zero byte in a lenient decoder.
    for (const text of ["AB", "A", "AA=", "AA==", "A A", "AA\n", "+A", "/A", "é", "AAAAA"]) {
      expect(fromBase64Url(text), text).toBeNull();
    }
    expect(fromBase64Url("AA")).toEqual(Buffer.of(0));
    expect(fromBase64Url("")).toEqual(Buffer.alloc(0));
  });

  it("encodes a view, not the memory around it", () => {
    const memory = randomBytes(64);
    expect(toBase64Url(memory.subarray(10, 20))).toBe(Buffer.from(memory.subarray(10, 20)).toString("base64url"));
  });
});

describe("canonicalParts", () => {
  it("puts the length in bytes before each part", () => {
    expect(canonicalParts(["é", ""]).toString("hex")).toBe("00000002c3a900000000");
  });

  it("is different for different lists", () => {
    const parts = fc.array(fc.string({ unit: "binary", maxLength: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = a.length === b.length && a.every((part, index) => part === b[index]);
        return canonicalParts(a).equals(canonicalParts(b)) === same;
      }),
    );
  });
});
