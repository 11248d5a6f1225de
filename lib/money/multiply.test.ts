import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moneyOf } from "./money-value";
import { multiply, type Rounding } from "./multiply";
import { anyMoney, currencyNamed } from "./testing/any-money";
import { holdTrue } from "./testing/hold-true";

const INR = currencyNamed("INR");

/** The product in whole-number arithmetic, with none of decimal.js. */
function exactly(minor: bigint, thousandths: bigint, rounding: Rounding): bigint {
  const product = minor * thousandths;
  const sign = product < 0n ? -1n : 1n;
  const whole = (product * sign) / 1000n;
  const rest = (product * sign) % 1000n;
  const isUp = {
    "half-up": rest >= 500n,
    "half-even": rest > 500n || (rest === 500n && whole % 2n === 1n),
    "toward-zero": false,
    "away-from-zero": rest > 0n,
  }[rounding];
  return sign * (isUp ? whole + 1n : whole);
}

describe("multiply", () => {
  it.each([
    [12_345n, "0.18", undefined, 2_222n],
    [5n, "0.5", undefined, 3n],
    [-5n, "0.5", undefined, -3n],
    [5n, "0.5", "half-even", 2n],
    [7n, "0.5", "half-even", 4n],
    [5n, "0.5", "toward-zero", 2n],
    [-5n, "0.5", "toward-zero", -2n],
    [1n, "0.001", "away-from-zero", 1n],
    [100n, "-1.005", undefined, -101n],
    [123_456n, "0", undefined, 0n],
  ] as const)("%i times %s rounded %s is %i", (minor, factor, rounding, product) => {
    expect(multiply(moneyOf(minor, INR), factor, rounding)).toEqual(moneyOf(product, INR));
  });

  it("takes a Decimal", () => {
    expect(multiply(moneyOf(100n, INR), new Decimal(1).div(8))).toEqual(moneyOf(13n, INR));
  });

  it("is exact past the twenty digits that decimal.js keeps by default", () => {
    const minor = 123_456_789_012_345_678_901_234_567_891n;
    expect(multiply(moneyOf(minor, INR), "1.000000000000000000000000000001")).toEqual(moneyOf(minor, INR));
    expect(multiply(moneyOf(minor, INR), "3")).toEqual(moneyOf(minor * 3n, INR));
  });

  it("rounds once, as whole-number arithmetic does, in every mode", () => {
    const roundings = fc.constantFrom<Rounding>("half-up", "half-even", "toward-zero", "away-from-zero");
    holdTrue(
      fc.property(anyMoney, fc.integer({ min: -99_999, max: 99_999 }), roundings, (money, thousandths, rounding) => {
        const digits = String(Math.abs(thousandths)).padStart(4, "0");
        const factor = `${thousandths < 0 ? "-" : ""}${digits.slice(0, -3)}.${digits.slice(-3)}`;
        const expected = moneyOf(exactly(money.minor, BigInt(thousandths), rounding), money.currency);
        expect(multiply(money, factor, rounding)).toEqual(expected);
      }),
    );
  });

  it.each(["1e3", "NaN", "Infinity", "", " 1", "1,5", ".5", "5.", "+1", "0x1", "٣", "9".repeat(400)])(
    "refuses the factor %j",
    (factor) => {
      expect(() => multiply(moneyOf(1n, INR), factor)).toThrow(RangeError);
    },
  );

  it.each([new Decimal(Number.NaN), new Decimal(Number.POSITIVE_INFINITY), new Decimal("1e61"), new Decimal("1e-61")])(
    "refuses the Decimal %s",
    (factor) => {
      expect(() => multiply(moneyOf(1n, INR), factor)).toThrow(RangeError);
    },
  );

  it("refuses an amount too long to multiply exactly", () => {
    expect(() => multiply(moneyOf(10n ** 100n, INR), "1")).toThrow(RangeError);
    expect(multiply(moneyOf(10n ** 100n - 1n, INR), "1").minor).toBe(10n ** 100n - 1n);
  });
});
