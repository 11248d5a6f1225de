import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keptEmail, normalizeEmail } from "./email";

describe("normalizeEmail", () => {
  it.each([
    ["asha@example.com", "asha@example.com"],
    ["  Asha.Rao+Till@Example.COM\n", "asha.rao+till@example.com"],
    ["o'neil@a-b.example.co", "o'neil@a-b.example.co"],
    [`${"a".repeat(64)}@example.com`, `${"a".repeat(64)}@example.com`],
  ])("%j is %s", (typed, expected) => {
    expect(normalizeEmail(typed)).toBe(expected);
  });

  it.each([
    ["nothing", ""],
    ["no @", "asha.example.com"],
    ["two @", "a@b@example.com"],
    ["a host without a dot", "asha@localhost"],
    ["a numeric top level", "asha@127.0.0.1"],
    ["two dots", "a..b@example.com"],
    ["a dot at the end of the host", "a@example.com."],
    ["a space inside", "a b@example.com"],
    ["a header injection", "a@example.com\nbcc: b@example.com"],
    ["a long local part", `${"a".repeat(65)}@example.com`],
    ["255 characters", `a@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(60)}.example.com`],
  ])("refuses %s", (_what, typed) => {
    expect(normalizeEmail(typed)).toBeNull();
  });

  it("email.no-look-alike: the attack is to own another's account through a letter that lower-cases into theirs", () => {
    expect(normalizeEmail("mi\u212ae@example.com")).toBeNull(); // KELVIN SIGN
    expect(normalizeEmail("mike@example.com\u200b")).toBeNull();
    expect(normalizeEmail("m\u0456ke@example.com")).toBeNull(); // Cyrillic i
  });

  it("never throws, and is its own fixed point", () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: "binary" })), (typed) => {
        const once = normalizeEmail(typed);
        expect(once === null || normalizeEmail(once) === once).toBe(true);
      }),
    );
  });
});

describe("email.kept: the attack is to read in a page what somebody typed into the wrong field", () => {
  it("an address comes back as it was typed, also with a slip in it", () => {
    for (const typed of ["asha@example.com", " Asha@Example.com ", "asha@exam_ple.com"])
      expect(keptEmail(typed)).toBe(typed);
  });

  it.each(["P@ssw0rd", "correct horse", "4242424242424242", "4242424242424242@example.com", "093751", undefined, 7])(
    "%s does not",
    (typed) => {
      expect(keptEmail(typed)).toBe("");
    },
  );
});
