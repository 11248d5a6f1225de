import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exponentOf } from "./currency";
import { toDecimalString } from "./decimal-string";
import { moneyOf } from "./money-value";
import { parseMoney, parsePositiveMoney } from "./parse-money";
import { anyCurrency } from "./testing/any-money";
import { holdTrue } from "./testing/hold-true";

describe("parseMoney", () => {
  it.each([
    ["5.00", "INR", 500n],
    ["5", "INR", 500n],
    ["5.1", "INR", 510n],
    ["0.01", "INR", 1n],
    ["0", "INR", 0n],
    ["0.00", "INR", 0n],
    ["1234.56", "inr", 123_456n],
    ["500", "JPY", 500n],
    ["1.234", "KWD", 1_234n],
    ["1.2345", "UYW", 12_345n],
    ["999999999999.99", "USD", 99_999_999_999_999n],
    ["999999999999.9999", "CLF", 9_999_999_999_999_999n],
  ])("%s %s is %i minor units", (amount, currency, minor) => {
    expect(parseMoney(amount, currency)).toEqual({ ok: true, money: { currency: currency.toUpperCase(), minor } });
  });

  it.each([
    ["1.234", "INR"],
    ["1.000", "INR"],
    ["500.0", "JPY"],
    ["1.2345", "KWD"],
    [`1.${"0".repeat(400)}`, "INR"],
  ])("%s %s has too many decimals, and is not rounded", (amount, currency) => {
    expect(parseMoney(amount, currency)).toEqual({ ok: false, code: "amount_precision" });
  });

  it.each([
    ["an exponent", "1e3"],
    ["not a number", "NaN"],
    ["infinity", "Infinity"],
    ["grouping", "1,000"],
    ["a decimal comma", "1,50"],
    ["an underscore", "1_000"],
    ["Arabic-Indic digits", "٣"],
    ["full-width digits", "５"],
    ["Devanagari digits", "५"],
    ["a leading zero", "01"],
    ["two leading zeros", "00"],
    ["a bare point", "."],
    ["no digit before the point", ".5"],
    ["no digit after the point", "5."],
    ["two points", "1.2.3"],
    ["a minus", "-1"],
    ["a plus", "+1"],
    ["hexadecimal", "0x10"],
    ["a space before", " 1"],
    ["a space after", "1 "],
    ["a line feed after", "1\n"],
    ["a symbol", "₹5"],
    ["a null byte", "1\0"],
    ["thirteen digits", "1000000000000"],
    ["400 digits", "9".repeat(400)],
    ["nothing", ""],
    ["a number", 5],
    ["a float", 0.1],
    ["a bigint", 5n],
    ["true", true],
    ["null", null],
    ["undefined", undefined],
    ["a list", ["5"]],
    ["an object that prints as an amount", { toString: () => "5" }],
  ])("refuses %s", (_what, amount) => {
    expect(parseMoney(amount, "INR")).toEqual({ ok: false, code: "amount_invalid" });
  });

  it.each(["XXX", "XAU", "ABC", "BGN", "", null, 356])("refuses the currency %j", (currency) => {
    expect(parseMoney("5", currency)).toEqual({ ok: false, code: "currency_unsupported" });
  });

  it("reads back what toDecimalString writes, for every amount the contract allows", () => {
    holdTrue(
      fc.property(anyCurrency, fc.bigInt({ min: 0n, max: 10n ** 12n - 1n }), (currency, major) => {
        const money = moneyOf(major * 10n ** BigInt(exponentOf(currency)) + BigInt(exponentOf(currency)), currency);
        expect(parseMoney(toDecimalString(money), currency)).toEqual({ ok: true, money });
      }),
    );
  });

  it("takes no string outside the contract's pattern", () => {
    const anyText = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.stringMatching(/^[-+0-9.,eE ٣５]{1,16}$/));
    const outside = anyText.filter((text) => !/^(0|[1-9][0-9]{0,11})(\.[0-9]+)?$/.test(text));
    holdTrue(
      fc.property(outside, anyCurrency, (text, currency) => {
        expect(parseMoney(text, currency)).toEqual({ ok: false, code: "amount_invalid" });
      }),
    );
  });

  it("takes nothing that is not a string", () => {
    const anythingElse = fc.anything({ withBigInt: true, withDate: true }).filter((value) => typeof value !== "string");
    holdTrue(
      fc.property(anythingElse, (value) => {
        expect(parseMoney(value, "INR")).toEqual({ ok: false, code: "amount_invalid" });
      }),
    );
  });
});

describe("parsePositiveMoney", () => {
  it.each(["0", "0.0", "0.00"])("refuses %s", (amount) => {
    expect(parsePositiveMoney(amount, "INR")).toEqual({ ok: false, code: "amount_invalid" });
  });

  it("takes the smallest amount, and refuses as parseMoney does", () => {
    expect(parsePositiveMoney("0.01", "INR")).toEqual({ ok: true, money: { currency: "INR", minor: 1n } });
    expect(parsePositiveMoney("0.001", "INR")).toEqual({ ok: false, code: "amount_precision" });
    expect(parsePositiveMoney("1", "XXX")).toEqual({ ok: false, code: "currency_unsupported" });
  });
});
