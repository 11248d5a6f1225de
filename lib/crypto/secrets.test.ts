import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constantTimeEqual } from "./constant-time";
import { sha256 } from "./digest";
import { randomToken } from "./random";

describe("constantTimeEqual", () => {
  it("agrees with === on texts, lone surrogates included", () => {
    const text = fc.string({ unit: "binary", maxLength: 3 });
    fc.assert(fc.property(text, text, (a, b) => constantTimeEqual(a, b) === (a === b)));
    fc.assert(fc.property(text, (a) => constantTimeEqual(a, a.slice())));
    expect(constantTimeEqual("\ud800", "\ud801")).toBe(false);
    expect(constantTimeEqual("\ud800", "\ufffd")).toBe(false);
  });

  // Attack: timingSafeEqual throws on different lengths, and the 500 that follows tells the length of the secret.
  it("answers false for different lengths instead of throwing", () => {
    expect(constantTimeEqual("secret", "secre")).toBe(false);
    expect(constantTimeEqual("", "a")).toBe(false);
    expect(constantTimeEqual(Buffer.of(1, 2), Buffer.of(1))).toBe(false);
    expect(constantTimeEqual(Buffer.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(constantTimeEqual(Buffer.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  });
});

describe("randomToken", () => {
  it("is 32 random bytes in base64url", () => {
    const tokens = new Set(Array.from({ length: 500 }, () => randomToken()));
    expect(tokens.size).toBe(500);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
    expect(randomToken(16)).toHaveLength(22);
  });

  it.each([15, 0, -1, 16.5, Number.NaN])("refuses %d bytes", (bytes) => {
    expect(() => randomToken(bytes)).toThrow(/unguessable/);
  });
});

describe("sha256", () => {
  // FIPS 180-2, appendix B.1.
  it("digests a text as its UTF-8 bytes", () => {
    expect(sha256("abc").toString("hex")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256(Buffer.from("abc"))).toEqual(sha256("abc"));
  });
});
