import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, compare, subtract } from "./arithmetic";
import { CurrencyMismatchError } from "./money-errors";
import { isPositive, isZero, moneyOf } from "./money-value";
import { anyMinor, anyMoney, currencyNamed, twoOfOneCurrency } from "./testing/any-money";
import { holdTrue } from "./testing/hold-true";

const INR = currencyNamed("INR");
const JPY = currencyNamed("JPY");

describe("add, subtract and compare", () => {
  it("are exact where binary floating point is not", () => {
    expect(add(moneyOf(10n, INR), moneyOf(20n, INR))).toEqual(moneyOf(30n, INR));
    expect(add(moneyOf(2n ** 53n, INR), moneyOf(1n, INR))).toEqual(moneyOf(9_007_199_254_740_993n, INR));
    expect(subtract(moneyOf(100n, INR), moneyOf(101n, INR))).toEqual(moneyOf(-1n, INR));
  });

  it("undo each other", () => {
    holdTrue(
      fc.property(twoOfOneCurrency, ([left, right]) => {
        expect(subtract(add(left, right), right)).toEqual(left);
        expect(add(left, right)).toEqual(add(right, left));
        expect(isZero(subtract(left, left))).toBe(true);
      }),
    );
  });

  it("agree on order", () => {
    holdTrue(
      fc.property(twoOfOneCurrency, ([left, right]) => {
        const difference = subtract(left, right);
        expect(compare(left, right) === 1).toBe(isPositive(difference));
        expect(compare(left, right) === 0).toBe(isZero(difference));
        expect(compare(left, right) + compare(right, left)).toBe(0);
      }),
    );
  });

  it.each([add, subtract, compare])(
    "$name refuses two currencies, also of equal exponents and of nothing",
    (operate) => {
      holdTrue(
        fc.property(anyMoney, anyMinor, (left, minor) => {
          const right = moneyOf(minor, left.currency === INR ? JPY : INR);
          expect(() => operate(left, right)).toThrow(CurrencyMismatchError);
        }),
      );
    },
  );

  it("leave their operands alone, which nobody can change", () => {
    const money = moneyOf(5n, INR);
    add(money, money);
    expect(money).toEqual({ currency: "INR", minor: 5n });
    expect(() => Object.assign(money, { minor: 6n })).toThrow(TypeError);
  });
});
