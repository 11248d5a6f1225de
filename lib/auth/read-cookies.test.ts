import { describe, expect, it } from "vitest";
import { cookieValues, readCookies } from "./read-cookies";

describe("readCookies", () => {
  it("reads the named ones, and what does not decode as it stands", () => {
    expect(readCookies("a=1; b=x%3Dy; c=%zz; d=4", ["a", "b", "c"])).toEqual({ a: "1", b: "x=y", c: "%zz" });
    expect(readCookies(null, ["a"])).toEqual({});
    expect(readCookies("a; __proto__=2; c", ["a", "b"])).toEqual({});
  });

  it("cookie.doubled: the attack is to plant a second cookie of the name and hope that it is the one that is read", () => {
    expect(readCookies("s=mine; s=planted", ["s"])).toEqual({});
    expect(readCookies("s=mine; other=1; s=planted; s=mine", ["s", "other"])).toEqual({ other: "1" });
    // Sent twice by a browser that holds it under two paths, but no doubt about it.
    expect(readCookies("s=mine; s=mine", ["s"])).toEqual({ s: "mine" });
    expect(cookieValues("s=mine; other=1; s=planted; s=mine", "s")).toEqual(["mine", "planted"]);
    expect(cookieValues(null, "s")).toEqual([]);
  });
});
