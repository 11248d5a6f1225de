import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localPath } from "./local-path";

const APP = "https://pay.example.com";

describe("localPath", () => {
  it.each([
    ["/", "/"],
    ["/transactions", "/transactions"],
    ["/transactions?status=failed&search=a%20b#top", "/transactions?status=failed&search=a%20b#top"],
    ["/apiary", "/apiary"],
    ["/login", "/login"],
    [`${APP}/audit?x=1`, "/audit?x=1"],
  ])("%j stays %j", (given, expected) => {
    expect(localPath(given, APP)).toBe(expected);
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/.//evil.example",
    "/x/..//evil.example",
    "/%2e//evil.example",
    `${APP}.evil.example/`,
    `${APP}@evil.example/`,
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "transactions",
    " /transactions",
    "",
    "/api",
    "/api/auth/signout",
    "/x/../api/auth/signout",
    `/${"a".repeat(3000)}`,
    null,
    undefined,
    7,
    ["/transactions"],
  ])("callback.stays-on-origin: %j leads nowhere but home", (given) => {
    // The attack: a link to our sign-in that hands the visitor to a copy of it afterwards.
    expect(localPath(given, APP)).toBe("/");
  });

  it("is a path of this origin whatever it is given", () => {
    const piece = fc.constantFrom(
      "/",
      "\\",
      ".",
      "..",
      ":",
      "@",
      "\t",
      "\n",
      "%2f",
      "%5c",
      "?",
      "#",
      "https:",
      "evil.example",
      "pay.example.com",
      "a",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = localPath(`/${pieces.join("")}`, APP);
        expect(new URL(path, APP).origin).toBe(APP);
        expect(path).toMatch(/^\/(?![/\\])/);
      }),
      { numRuns: 2_000 },
    );
  });
});
