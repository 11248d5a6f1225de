import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FieldLocation, open, seal } from "./aead";
import { DecryptionError, KeyMissingError } from "./crypto-errors";
import { createKeyRing, type DataKey, type SealingPurpose } from "./key-ring";

const day = (n: number) => new Date(Date.UTC(2026, 0, n));
const dataKey = (kid: string, purpose: SealingPurpose, fill: number, createdAt = day(1)): DataKey => ({
  kid,
  purpose,
  key: new Uint8Array(32).fill(fill),
  createdAt,
});
const oldKey = dataKey("k1", "card-number", 1);
const newKey = dataKey("k2", "card-number", 2, day(2));
const ring = createKeyRing([oldKey, newKey, dataKey("k2", "personal-data", 2)]);
const at: FieldLocation = { merchantId: "mer_1", table: "cards", column: "number", rowId: "tok_1" };
const PAN = "4242424242424242";

const wellFormed = fc.string({ unit: "binary", maxLength: 400 });

describe("aead", () => {
  it("returns every well-formed text unchanged", () => {
    const texts = fc.oneof(wellFormed, fc.constantFrom("", "\ufeff", "\u0000", "é", "e\u0301", "👩‍💻"));
    fc.assert(
      fc.property(texts, (text) => open(ring, "card-number", seal(ring, "card-number", text, at), at) === text),
    );
  });

  it("refuses a lone surrogate instead of storing another text", () => {
    for (const text of ["\ud800", "a\udc00b", "\udc00\ud800"]) {
      expect(() => seal(ring, "card-number", text, at)).toThrow(TypeError);
    }
  });

  it("writes v1.kid.iv.ct.tag under the newest key, and never twice the same", () => {
    const sealed = Array.from({ length: 200 }, () => seal(ring, "card-number", PAN, at));
    for (const text of sealed) expect(text).toMatch(/^v1\.k2\.[\w-]{16}\.[\w-]{22}\.[\w-]{22}$/);
    expect(new Set(sealed.map((text) => text.split(".")[2])).size).toBe(200);
  });

  it("opens what an older key sealed", () => {
    const sealed = seal(createKeyRing([oldKey]), "card-number", PAN, at);
    expect(open(ring, "card-number", sealed, at)).toBe(PAN);
  });

  it("names the key that is missing", () => {
    const sealed = seal(ring, "card-number", PAN, at);
    const without = createKeyRing([oldKey]);
    expect(() => open(without, "card-number", sealed, at)).toThrow(KeyMissingError);
    expect(() => open(without, "card-number", sealed, at)).toThrow(/"k2" for "card-number" is not loaded/);
  });
});

describe("aead.bound-to-its-place", () => {
  const sealed = seal(ring, "card-number", PAN, at);

  // Attack: someone who can write to the database copies another customer's ciphertext into a row that they can reveal.
  it.each(["merchantId", "table", "column", "rowId"] as const)("does not open under another %s", (part) => {
    expect(() => open(ring, "card-number", sealed, { ...at, [part]: `${at[part]}x` })).toThrow(DecryptionError);
    expect(() => open(ring, "card-number", sealed, { ...at, [part]: "" })).toThrow(DecryptionError);
  });

  it("does not let the parts of a place run into one another", () => {
    const shifted = { ...at, table: "card", column: "snumber" };
    expect(() => open(ring, "card-number", sealed, shifted)).toThrow(DecryptionError);
  });

  // Attack: the two purposes here hold the same key under the same id, as after a careless restore.
  it("does not open under another purpose", () => {
    expect(() => open(ring, "personal-data", sealed, at)).toThrow(DecryptionError);
  });

  it("does not open under another key id with the same key", () => {
    const renamed = createKeyRing([newKey, { ...newKey, kid: "k3" }]);
    expect(() => open(renamed, "card-number", sealed.replace(".k2.", ".k3."), at)).toThrow(DecryptionError);
  });
});

describe("aead.never-passes-through", () => {
  const sealed = seal(ring, "card-number", PAN, at);
  const refused = (text: string) => {
    try {
      open(ring, "card-number", text, at);
    } catch (error) {
      return error instanceof DecryptionError || error instanceof KeyMissingError;
    }
    return false;
  };

  // Attack: flip bits and watch for a value that is returned as it is, or for an error that tells which check failed.
  it("refuses a change of any character", () => {
    for (let index = 0; index < sealed.length; index += 1) {
      for (const character of ["A", "B", "-", ".", "=", " ", "é"]) {
        if (sealed[index] === character) continue;
        const altered = sealed.slice(0, index) + character + sealed.slice(index + 1);
        expect(refused(altered), altered).toBe(true);
      }
    }
  });

  it("refuses every change of any byte of IV, ciphertext and tag, always with the same message", () => {
    const messages = new Set<string>();
    const fields = sealed.split(".");
    for (const field of [2, 3, 4]) {
      const bytes = Buffer.from(fields[field] ?? "", "base64url");
      for (let index = 0; index < bytes.length; index += 1) {
        for (const mask of [1, 0x80, 0xff]) {
          const changed = Buffer.from(bytes);
          changed[index] = (bytes[index] ?? 0) ^ mask;
          const altered = fields.with(field, changed.toString("base64url")).join(".");
          try {
            open(ring, "card-number", altered, at);
            messages.add("opened");
          } catch (error) {
            messages.add(error instanceof DecryptionError ? error.message : "another error");
          }
        }
      }
    }
    expect([...messages]).toEqual([new DecryptionError().message]);
  });

  it("refuses every cut, and anything added", () => {
    for (let length = 0; length < sealed.length; length += 1) expect(refused(sealed.slice(0, length))).toBe(true);
    for (const extra of [".", "A", "\n", ".AA", "="]) expect(refused(sealed + extra)).toBe(true);
    expect(refused(` ${sealed}`)).toBe(true);
  });

  it("refuses the same bytes written in another way", () => {
    const fields = sealed.split(".");
    const padded = fields.with(4, `${fields[4]}==`).join(".");
    // 22 characters carry 132 bits: the last 4 of them are spare, and only zeros are accepted.
    const tag = fields[4] ?? "";
    const spare = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const lastCharacter = spare[spare.indexOf(tag.slice(-1)) + 1] ?? "";
    const loose = fields.with(4, tag.slice(0, -1) + lastCharacter).join(".");
    expect(Buffer.from(tag, "base64url")).toEqual(Buffer.from(tag.slice(0, -1) + lastCharacter, "base64url"));
    for (const text of [padded, loose, sealed.replace("v1", "v2"), sealed.replace("v1", "V1")]) {
      expect(refused(text)).toBe(true);
    }
  });

  // Attack: a key id with a line break in it, to write a line of one's own through the error that quotes it.
  it("quotes no malformed key id", () => {
    for (const kid of ["", "k 2", "k2\nforged", "k".repeat(65), "__proto__\u0000"]) {
      expect(() => open(ring, "card-number", sealed.replace(".k2.", `.${kid}.`), at)).toThrow(DecryptionError);
    }
  });

  // Attack: "decrypt or return as it is" lets a plain value, written past the encryption, look legitimate.
  it("refuses a text that was never sealed", () => {
    const parts = fc.array(fc.string({ maxLength: 24 }), { minLength: 0, maxLength: 7 });
    fc.assert(fc.property(parts, (texts) => refused(texts.join("."))));
    for (const text of ["", PAN, "v1", "v1....", "v1.k2...", "null"]) expect(refused(text)).toBe(true);
  });
});
