import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLuhnValid } from "./luhn";

const validNumber = fc.stringMatching(/^[0-9]{11,18}$/).map((payload) => {
  const check = Array.from("0123456789").find((digit) => isLuhnValid(payload + digit));
  return payload + String(check);
});

describe("isLuhnValid", () => {
  it.each(["79927398713", "4242424242424242", "378282246310005", "6521500000000006", "18"])("accepts %s", (digits) => {
    expect(isLuhnValid(digits)).toBe(true);
  });

  it.each([
    "79927398710",
    "4242424242424241",
    "",
    "4242 4242 4242 4242",
    "４２４２４２４２４２４２４２４２",
    "-18",
    "1e1",
    ":",
    "&",
  ])("refuses %j", (digits) => {
    expect(isLuhnValid(digits)).toBe(false);
  });

  it("has exactly one check digit for every payload and notices each changed digit", () => {
    fc.assert(
      fc.property(validNumber, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, position, shift) => {
        const at = position % number.length;
        const changed = number.slice(0, at) + ((Number(number[at]) + shift) % 10) + number.slice(at + 1);
        expect(isLuhnValid(number)).toBe(true);
        expect(isLuhnValid(changed)).toBe(false);
      }),
    );
  });
});
