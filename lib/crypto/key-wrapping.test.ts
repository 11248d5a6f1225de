import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DecryptionError, KeyMissingError } from "./crypto-errors";
import { createDataKey, unwrapDataKey, wrapDataKey } from "./key-wrapping";

const master = (kid: string) => ({ kid, key: Uint8Array.from(randomBytes(32)) });
const current = master("m2");
const older = master("m1");
const dataKey = createDataKey("card-number", new Date("2026-01-01T00:00:00Z"));
const stored = { kid: dataKey.kid, purpose: dataKey.purpose, wrapped: wrapDataKey(current, dataKey) };

describe("wrapDataKey", () => {
  it("makes random keys with ids of their own", () => {
    const other = createDataKey("card-number", dataKey.createdAt);
    expect(other.kid).not.toBe(dataKey.kid);
    expect(other.key).not.toEqual(dataKey.key);
    expect(other.key).toHaveLength(32);
  });

  it("gives the key back, also under a master key that is no longer current", () => {
    expect(stored.wrapped).toMatch(/^v1\.m2\./);
    expect(unwrapDataKey([current], stored)).toEqual(dataKey.key);
    expect(unwrapDataKey([older, current], stored)).toEqual(dataKey.key);
  });

  it("holds the key in no readable form", () => {
    const readable = Buffer.from(dataKey.key);
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      expect(stored.wrapped).not.toContain(readable.toString(encoding));
    }
  });

  it("names the master key that is missing", () => {
    expect(() => unwrapDataKey([older], stored)).toThrow(KeyMissingError);
    expect(() => unwrapDataKey([older], stored)).toThrow(/Master key "m2" is missing/);
  });
});

describe("key-wrapping.bound-to-its-row", () => {
  // Attack: someone who can write the key table puts a key that they know the purpose of where another is expected.
  it("does not open under another id, purpose or master key", () => {
    expect(() => unwrapDataKey([current], { ...stored, kid: "dk-other" })).toThrow(DecryptionError);
    expect(() => unwrapDataKey([current], { ...stored, purpose: "code-pepper" })).toThrow(DecryptionError);
    expect(() => unwrapDataKey([{ ...older, kid: "m2" }], stored)).toThrow(DecryptionError);
    const renamed = { ...stored, wrapped: stored.wrapped.replace(".m2.", ".m1.") };
    expect(() => unwrapDataKey([{ ...current, kid: "m1" }], renamed)).toThrow(DecryptionError);
  });

  it("does not open when cut or altered", () => {
    for (let length = 0; length < stored.wrapped.length; length += 1) {
      expect(() => unwrapDataKey([current], { ...stored, wrapped: stored.wrapped.slice(0, length) })).toThrow();
    }
    const last = stored.wrapped.at(-1) === "A" ? "Q" : "A";
    expect(() => unwrapDataKey([current], { ...stored, wrapped: stored.wrapped.slice(0, -1) + last })).toThrow(
      DecryptionError,
    );
  });
});
