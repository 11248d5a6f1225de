import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromGatewayMinor, toGatewayMinor } from "./gateway-minor";
import { MoneyPrecisionError } from "./money-errors";
import { moneyOf } from "./money-value";
import { anyMoney, currencyNamed } from "./testing/any-money";
import { holdTrue } from "./testing/hold-true";

describe("toGatewayMinor and fromGatewayMinor", () => {
  it.each([
    [500n, "UGX", 2, 50_000n],
    [500n, "JPY", 0, 500n],
    [1_230n, "KWD", 2, 123n],
    [-1_230n, "KWD", 2, -123n],
    [500n, "INR", 0, 5n],
    [0n, "KWD", 0, 0n],
  ])("%i %s at %i decimals is %i, and back", (minor, code, exponent, gatewayMinor) => {
    const money = moneyOf(minor, currencyNamed(code));
    expect(toGatewayMinor(money, exponent)).toBe(gatewayMinor);
    expect(fromGatewayMinor(gatewayMinor, money.currency, exponent)).toEqual(money);
  });

  it("throws rather than charge another amount", () => {
    expect(() => toGatewayMinor(moneyOf(1_234n, currencyNamed("KWD")), 2)).toThrow(MoneyPrecisionError);
    expect(() => toGatewayMinor(moneyOf(-1n, currencyNamed("INR")), 0)).toThrow(MoneyPrecisionError);
    expect(() => fromGatewayMinor(50_001n, currencyNamed("UGX"), 2)).toThrow(MoneyPrecisionError);
  });

  it("loses nothing: it throws or comes back the same", () => {
    holdTrue(
      fc.property(anyMoney, fc.integer({ min: 0, max: 8 }), (money, exponent) => {
        try {
          expect(fromGatewayMinor(toGatewayMinor(money, exponent), money.currency, exponent)).toEqual(money);
        } catch (error) {
          expect(error).toBeInstanceOf(MoneyPrecisionError);
        }
      }),
    );
  });

  it.each([-1, 0.5, 9, Number.NaN, Number.POSITIVE_INFINITY])("refuses the exponent %d", (exponent) => {
    const money = moneyOf(100n, currencyNamed("INR"));
    expect(() => toGatewayMinor(money, exponent)).toThrow(RangeError);
    expect(() => fromGatewayMinor(100n, money.currency, exponent)).toThrow(RangeError);
  });
});
