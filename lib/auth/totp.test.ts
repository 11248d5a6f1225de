import { Secret, TOTP } from "otpauth";
import { describe, expect, it } from "vitest";
import { matchTotpStep, readTotpCode, type TotpCode } from "./totp";

/** RFC 6238, appendix B: the ASCII secret of SHA-1. */
const SECRET = Secret.fromUTF8("12345678901234567890").base32;

function code(text: string): TotpCode {
  const read = readTotpCode(text);
  if (read === null) throw new Error(`${text} is no code`);
  return read;
}

describe("matchTotpStep", () => {
  // The RFC prints eight digits; six are the last six of them.
  it.each([
    [59, "94287082"],
    [1111111109, "07081804"],
    [1111111111, "14050471"],
    [1234567890, "89005924"],
    [2000000000, "69279037"],
    [20000000000, "65353130"],
  ])("RFC 6238, appendix B: at %d s", (seconds, eightDigits) => {
    expect(matchTotpStep(SECRET, code(eightDigits.slice(2)), seconds)).toBe(Math.floor(seconds / 30));
  });

  it("takes the step before and the one after, and says which; no further one", () => {
    const now = 1_800_000_015;
    const at = (steps: number) =>
      code(TOTP.generate({ secret: Secret.fromBase32(SECRET), timestamp: (now + steps * 30) * 1000 }));
    const present = Math.floor(now / 30);
    expect([-2, -1, 0, 1, 2].map((steps) => matchTotpStep(SECRET, at(steps), now))).toEqual([
      null,
      present - 1,
      present,
      present + 1,
      null,
    ]);
  });

  it("refuses the code of another secret", () => {
    expect(matchTotpStep(new Secret({ size: 20 }).base32, code("287082"), 59)).toBeNull();
  });
});

describe("readTotpCode", () => {
  it.each([
    ["123456", "123456"],
    [" 123 456\n", "123456"],
    ["123\u00a0456", "123456"],
    ["１２３４５６", "123456"],
    ["000000", "000000"],
  ])("%j is the code %s", (typed, expected) => {
    expect(readTotpCode(typed)).toBe(expected);
  });

  it.each([
    "",
    "12345",
    "1234567",
    "12345a",
    "-12345",
    "12.345",
    "١٢٣٤٥٦",
    "1e5000",
    "123456\0",
    `123456${" ".repeat(99)}`,
  ])("%j is none", (typed) => {
    expect(readTotpCode(typed)).toBeNull();
  });
});
