import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromDecimalString, toDecimalString } from "./decimal-string";
import { MoneyPrecisionError } from "./money-errors";
import { moneyOf } from "./money-value";
import { anyMoney, currencyNamed } from "./testing/any-money";
import { holdTrue } from "./testing/hold-true";

const INR = currencyNamed("INR");
const JPY = currencyNamed("JPY");
const KWD = currencyNamed("KWD");

describe("toDecimalString", () => {
  it.each([
    [500n, INR, "5.00"],
    [0n, INR, "0.00"],
    [1n, INR, "0.01"],
    [-5n, INR, "-0.05"],
    [-123_456n, INR, "-1234.56"],
    [500n, JPY, "500"],
    [0n, JPY, "0"],
    [-1n, JPY, "-1"],
    [1_234n, KWD, "1.234"],
    [7n, KWD, "0.007"],
    [10n ** 30n, INR, "10000000000000000000000000000.00"],
  ])("%i %s is %s", (minor, currency, text) => {
    expect(toDecimalString(moneyOf(minor, currency))).toBe(text);
  });
});

describe("fromDecimalString", () => {
  it("is the inverse of toDecimalString", () => {
    holdTrue(
      fc.property(anyMoney, fc.nat({ max: 6 }), (money, zeros) => {
        const text = toDecimalString(money);
        const wider = text.includes(".") ? text + "0".repeat(zeros) : text;
        expect(fromDecimalString(text, money.currency)).toEqual(money);
        expect(fromDecimalString(wider, money.currency)).toEqual(money);
      }),
    );
  });

  it("reads a NUMERIC(20,4) of any currency", () => {
    expect(fromDecimalString("500.0000", JPY)).toEqual(moneyOf(500n, JPY));
    expect(fromDecimalString("-1234.5000", INR)).toEqual(moneyOf(-123_450n, INR));
  });

  it("loses no digit without a word", () => {
    expect(() => fromDecimalString("5.001", INR)).toThrow(MoneyPrecisionError);
    expect(() => fromDecimalString("500.1", JPY)).toThrow(MoneyPrecisionError);
  });

  it.each(["", "-", "NaN", "Infinity", "1e3", "1,000", "5.", ".5", "+5", "--5", " 5", "5\n", "٣"])(
    "refuses %j",
    (text) => {
      expect(() => fromDecimalString(text, INR)).toThrow(SyntaxError);
    },
  );
});
