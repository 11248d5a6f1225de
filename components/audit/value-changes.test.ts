import { describe, expect, it } from "vitest";
import { valueChanges } from "./value-changes";

describe("valueChanges", () => {
  it("puts what differs first and says how", () => {
    expect(valueChanges({ a: 1, gone: "x", status: "pending" }, { a: 1, new: true, status: "captured" })).toEqual([
      { key: "gone", before: "x", after: null, kind: "removed" },
      { key: "new", before: null, after: "true", kind: "added" },
      { key: "status", before: "pending", after: "captured", kind: "changed" },
      { key: "a", before: "1", after: "1", kind: "same" },
    ]);
  });

  it("does not take another order of nested keys for a change", () => {
    const [change] = valueChanges({ card: { b: [{ y: 1, x: 2 }], a: 1 } }, { card: { a: 1, b: [{ x: 2, y: 1 }] } });
    expect(change?.kind).toBe("same");
  });

  it("tells null, the text null and a missing key apart from one another where it matters", () => {
    expect(valueChanges({ a: null }, {})[0]).toEqual({ key: "a", before: "null", after: null, kind: "removed" });
  });

  it("reads a create and a delete", () => {
    expect(valueChanges(null, { a: 1 })[0]?.kind).toBe("added");
    expect(valueChanges({ a: 1 }, null)[0]?.kind).toBe("removed");
    expect(valueChanges(null, null)).toEqual([]);
  });
});
