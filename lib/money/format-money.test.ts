import { describe, expect, it } from "vitest";
import { formatMoney } from "./format-money";
import { moneyOf } from "./money-value";
import { currencyNamed } from "./testing/any-money";

describe("formatMoney", () => {
  it.each([
    [12_345_600n, "INR", "en-IN", "₹1,23,456.00"],
    [-5n, "INR", "en-IN", "-₹0.05"],
    [500n, "JPY", "ja-JP", "￥500"],
    [1_234_567n, "JPY", "en-US", "¥1,234,567"],
    [1_234n, "KWD", "en-US", "KWD\u00a01.234"],
    [123_456n, "EUR", "de-DE", "1.234,56\u00a0€"],
    [0n, "USD", "en-US", "$0.00"],
    [12_345n, "UYW", "en-US", "UYW\u00a01.2345"],
  ])("%i %s in %s is %s", (minor, code, locale, text) => {
    expect(formatMoney(moneyOf(minor, currencyNamed(code)), locale)).toBe(text);
  });

  it.each([
    ["IQD", "IQD\u00a01.234"],
    ["HUF", "Ft\u00a012.34"],
    ["IDR", "Rp\u00a012.34"],
  ])("has the decimals of ISO 4217 for %s, where Intl's own differ", (code, text) => {
    expect(formatMoney(moneyOf(1_234n, currencyNamed(code)), "en-US")).toBe(text);
  });

  it("keeps every digit of an amount that no double holds", () => {
    const money = moneyOf(9_007_199_254_740_993_123_456_789n, currencyNamed("INR"));
    expect(formatMoney(money, "en-US")).toBe("₹90,071,992,547,409,931,234,567.89");
  });
});
