import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyMissingError } from "./crypto-errors";
import { createKeyRing, type DataKey, MAC_PURPOSES, type MacPurpose } from "./key-ring";
import { hmacSha256, hmacSha256Hex, mac, macWith } from "./mac";

const key = (kid: string, purpose: MacPurpose, fill: number, createdAt = "2026-01-01"): DataKey => ({
  kid,
  purpose,
  key: new Uint8Array(32).fill(fill),
  createdAt: new Date(createdAt),
});
const ring = createKeyRing(MAC_PURPOSES.map((purpose) => key("k1", purpose, 1)));
const hexOf = (parts: readonly string[], purpose: MacPurpose = "blind-index") =>
  mac(ring, purpose, parts).digest.toString("hex");

describe("mac", () => {
  it("is the same for the same parts, and 32 bytes long", () => {
    expect(hexOf(["mer_1", "4242424242424242"])).toBe(hexOf(["mer_1", "4242424242424242"]));
    expect(mac(ring, "blind-index", []).digest).toHaveLength(32);
  });

  it("uses the newest key, and still reaches an older one by its id", () => {
    const rotated = createKeyRing([key("k1", "blind-index", 1), key("k2", "blind-index", 2, "2026-02-01")]);
    const before = mac(ring, "blind-index", ["a"]);
    expect(mac(rotated, "blind-index", ["a"]).kid).toBe("k2");
    expect(mac(rotated, "blind-index", ["a"]).digest).not.toEqual(before.digest);
    expect(macWith(rotated, "blind-index", before.kid, ["a"])).toEqual(before);
    expect(() => macWith(rotated, "blind-index", "k0", ["a"])).toThrow(KeyMissingError);
  });
});

describe("mac.separate-domains", () => {
  // Attack: move a boundary between two fields (merchant "ab" card "c", merchant "a" card "bc") to meet another digest.
  it("differs whenever the parts differ", () => {
    const parts = fc.array(fc.string({ unit: "binary", maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (a, b) => (hexOf(a) === hexOf(b)) === (JSON.stringify(a) === JSON.stringify(b))),
    );
    expect(hexOf(["ab", "c"])).not.toBe(hexOf(["a", "bc"]));
    expect(hexOf(["a", ""])).not.toBe(hexOf(["a"]));
    expect(hexOf(["\u0000\u0000\u0000\u0001a"])).not.toBe(hexOf(["", "a"]));
  });

  it("differs by purpose, also where the keys are equal", () => {
    expect(new Set(MAC_PURPOSES.map((purpose) => hexOf(["a"], purpose))).size).toBe(MAC_PURPOSES.length);
  });

  // Attack: UTF-8 writes every lone surrogate as U+FFFD, so two different inputs would share a digest.
  it("refuses a lone surrogate", () => {
    expect(() => mac(ring, "blind-index", ["\ud800"])).toThrow(TypeError);
  });
});

/** RFC 4231, section 4: key, data, HMAC-SHA-256 (case 5 truncates and is left out). */
const RFC_4231 = [
  {
    name: "1",
    key: "0b".repeat(20),
    data: "4869205468657265",
    digest: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    name: "2",
    key: "4a656665",
    data: "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
    digest: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    name: "3",
    key: "aa".repeat(20),
    data: "dd".repeat(50),
    digest: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  },
  {
    name: "4",
    key: "0102030405060708090a0b0c0d0e0f10111213141516171819",
    data: "cd".repeat(50),
    digest: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  },
  {
    name: "6",
    key: "aa".repeat(131),
    data: Buffer.from("Test Using Larger Than Block-Size Key - Hash Key First").toString("hex"),
    digest: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  },
];

describe("hmacSha256", () => {
  it.each(RFC_4231)("RFC 4231 test case $name", ({ key: keyHex, data, digest }) => {
    expect(hmacSha256(Buffer.from(keyHex, "hex"), Buffer.from(data, "hex")).toString("hex")).toBe(digest);
  });

  it("signs the contract's example, a secret counting as its UTF-8 bytes", () => {
    const message = [
      "POST",
      "/api/v1/payments",
      "1760000000",
      "n-0000000000000001",
      "order-1001",
      '{"amount":"1234.56","currency":"INR"}',
    ].join("\n");
    const expected = "683d18faa264c71fcaecc3771e98e1b2b1a583c80f79a54394e8a839ee7563d7";
    expect(hmacSha256Hex("cs_test_0123456789abcdef0123456789abcdef", message)).toBe(expected);
    expect(hmacSha256Hex("cs_test_0123456789abcdef0123456789abcdef", Buffer.from(message))).toBe(expected);
  });
});
