import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CURRENCIES } from "@/lib/money/currency";
import { moneyOf } from "@/lib/money/money-value";
import { money } from "../testing/requests";
import { isStripeAmount, toStripeAmount } from "./currency-units";

describe("amounts at Stripe", () => {
  it.each([
    ["10.50", "INR", 1050],
    ["10.50", "USD", 1050],
    ["500", "JPY", 500],
    ["500", "KRW", 500],
    ["500", "XOF", 500],
    ["5", "ISK", 500],
    ["5", "UGX", 500],
    ["10.45", "HUF", 1045],
    ["10.45", "TWD", 1045],
    ["1.230", "KWD", 1230],
    ["5.120", "BHD", 5120],
    ["7.00", "MGA", 7],
    ["999999999999.99", "USD", 99_999_999_999_999],
  ])("%s %s is %i", (amount, currency, units) => {
    expect(toStripeAmount(money(amount, currency))).toBe(units);
    expect(isStripeAmount(money(amount, currency), units, currency.toLowerCase())).toBe(true);
    expect(isStripeAmount(money(amount, currency), units + 10, currency.toLowerCase())).toBe(false);
  });

  // The attack: an amount is rounded, and another one charged than was asked for.
  it.each([
    ["1.234", "KWD"],
    ["0.001", "TND"],
    ["7.50", "MGA"],
    ["1.0000", "CLF"],
    ["1.0000", "UYW"],
    ["100", "UYI"],
  ])("%s %s cannot be said to Stripe", (amount, currency) => {
    expect(toStripeAmount(money(amount, currency))).toBeNull();
  });

  it("is another amount in another currency, or where it is no whole number", () => {
    expect(isStripeAmount(money("10.50", "INR"), 1050, "usd")).toBe(false);
    expect(isStripeAmount(money("10.50", "INR"), 1050, "INR")).toBe(false);
    expect(isStripeAmount(money("10.50", "INR"), 1050.5, "inr")).toBe(false);
    expect(isStripeAmount(money("5", "ISK"), 550, "isk")).toBe(false);
  });

  it("whatever can be said comes back as the same money, in every currency", () => {
    const amounts = fc.record({ currency: fc.constantFrom(...CURRENCIES), minor: fc.bigInt(1n, 10n ** 14n) });
    const comesBack = fc.property(amounts, ({ currency, minor }) => {
      const asked = moneyOf(minor, currency);
      const units = toStripeAmount(asked);
      return units === null || (Number.isSafeInteger(units) && isStripeAmount(asked, units, currency.toLowerCase()));
    });
    fc.assert(comesBack, { numRuns: 2_000 });
  });
});
