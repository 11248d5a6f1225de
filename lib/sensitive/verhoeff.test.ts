import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isVerhoeffValid } from "./verhoeff";

const validNumber = fc.stringMatching(/^[0-9]{1,18}$/).map((payload) => {
  const check = Array.from("0123456789").find((digit) => isVerhoeffValid(payload + digit));
  return payload + String(check);
});

describe("isVerhoeffValid", () => {
  it.each(["2363", "123451", "1428570", "1234567890120", "999941057058"])("accepts %s", (digits) => {
    expect(isVerhoeffValid(digits)).toBe(true);
  });

  it.each(["2364", "2353", "999941057085", "", "2363 ", "२३६३"])("refuses %j", (digits) => {
    expect(isVerhoeffValid(digits)).toBe(false);
  });

  it("notices each changed digit and each swap of different neighbours", () => {
    fc.assert(
      fc.property(validNumber, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, position, shift) => {
        const at = position % number.length;
        const changed = number.slice(0, at) + ((Number(number[at]) + shift) % 10) + number.slice(at + 1);
        expect(isVerhoeffValid(changed)).toBe(false);
        const left = position % (number.length - 1);
        const [first = "", second = ""] = number.slice(left, left + 2);
        const swapped = number.slice(0, left) + second + first + number.slice(left + 2);
        expect(isVerhoeffValid(swapped)).toBe(first === second);
      }),
    );
  });
});
