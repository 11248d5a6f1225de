import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { KeyMissingError } from "./crypto-errors";
import { createKeyRing, type DataKey, KEY_PURPOSES } from "./key-ring";

const key = (kid: string, isoDate: string, fill = 7): DataKey => ({
  kid,
  purpose: "card-number",
  key: new Uint8Array(32).fill(fill),
  createdAt: new Date(isoDate),
});

describe("createKeyRing", () => {
  it("writes with the newest key, in whatever order the keys come", () => {
    const keys = [key("a", "2026-01-01"), key("c", "2026-03-01"), key("b", "2026-02-01")];
    expect(createKeyRing(keys).current("card-number").kid).toBe("c");
    expect(createKeyRing(keys.toReversed()).current("card-number").kid).toBe("c");
  });

  it("agrees with other servers on the current key when two are equally old", () => {
    const keys = [key("a", "2026-01-01"), key("b", "2026-01-01")];
    expect(createKeyRing(keys).current("card-number").kid).toBe("b");
    expect(createKeyRing(keys.toReversed()).current("card-number").kid).toBe("b");
  });

  it("finds a key by purpose and id together", () => {
    const ring = createKeyRing([key("a", "2026-01-01", 1), { ...key("a", "2026-01-01", 2), purpose: "code-pepper" }]);
    expect(ring.byId("card-number", "a").key[0]).toBe(1);
    expect(ring.byId("code-pepper", "a").key[0]).toBe(2);
    expect(() => ring.byId("blind-index", "a")).toThrow(KeyMissingError);
  });

  it("says which key is missing and what to do", () => {
    const ring = createKeyRing([key("a", "2026-01-01")]);
    expect(() => ring.byId("card-number", "gone")).toThrow(/Key "gone" for "card-number" is not loaded. Put it back/);
    for (const purpose of KEY_PURPOSES.filter((name) => name !== "card-number")) {
      expect(() => ring.current(purpose)).toThrow(`There is no key for "${purpose}". Create one`);
    }
  });

  it.each([
    ["an id with a dot", { ...key("a.b", "2026-01-01") }, /malformed/],
    ["an empty id", { ...key("", "2026-01-01") }, /malformed/],
    ["a short key", { ...key("a", "2026-01-01"), key: new Uint8Array(16) }, /16 bytes and needs 32/],
    ["no date", key("a", "never"), /no valid creation time/],
  ])("refuses %s", (_what, bad, message) => {
    expect(() => createKeyRing([bad])).toThrow(message);
  });

  it("refuses the same id twice", () => {
    expect(() => createKeyRing([key("a", "2026-01-01"), key("a", "2026-01-02")])).toThrow(/is there twice/);
  });
});

describe("key-ring.closed", () => {
  // Attack: code elsewhere clears or replaces the array it passed in, and new data is sealed under a known key.
  it("keeps its own copy of the key bytes", () => {
    const given = key("a", "2026-01-01", 9);
    const ring = createKeyRing([given]);
    given.key.fill(0);
    expect(ring.current("card-number").key[0]).toBe(9);
  });

  // Attack: the ring ends in a log line or an error page as part of some larger object.
  it("shows no key when it is printed", () => {
    const ring = createKeyRing([key("a", "2026-01-01", 171)]);
    expect(JSON.stringify({ ring }) + inspect({ ring }, { depth: 9, showHidden: true })).not.toMatch(/171|abab/i);
  });
});
