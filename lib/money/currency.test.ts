import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { CURRENCIES, type Currency, currencyName, exponentOf, parseCurrency } from "./currency";

/** The maintenance agency's own file of 25 June 2024, which the package ships beside the list it made from it. */
function standardsTable(): ReadonlyMap<string, string> {
  const path = createRequire(import.meta.url).resolve("currency-codes/iso-4217-list-one.xml");
  const rows = readFileSync(path, "utf8").matchAll(
    /<Ccy>([A-Z]{3})<\/Ccy>\s*<CcyNbr>\d+<\/CcyNbr>\s*<CcyMnrUnts>([^<]+)</g,
  );
  return new Map(Array.from(rows, ([, code = "", minorUnits = ""]) => [code, minorUnits]));
}

const AMENDED_SINCE = new Map([
  ["XCG", "2"],
  ["XAD", "2"],
  ["ANG", "withdrawn"],
  ["CUC", "withdrawn"],
  ["BGN", "withdrawn"],
]);

describe("currencies follow ISO 4217", () => {
  const table = new Map([...standardsTable(), ...AMENDED_SINCE]);

  it("the standard's file was read whole", () => {
    expect(table.size).toBe(181);
  });

  it.each(Array.from(table))("%s has minor unit %s", (code, minorUnits) => {
    const currency = parseCurrency(code);
    if (/^[0-9]$/.test(minorUnits)) expect(currency && exponentOf(currency)).toBe(Number(minorUnits));
    else expect(currency).toBeNull();
  });

  it("and there are no others", () => {
    const held = Array.from(table).filter(([, minorUnits]) => /^[0-9]$/.test(minorUnits));
    expect(CURRENCIES).toEqual(held.map(([code]) => code).toSorted());
  });

  it.each([
    ["INR", 2, "Indian Rupee"],
    ["JPY", 0, "Yen"],
    ["KWD", 3, "Kuwaiti Dinar"],
    ["IQD", 3, "Iraqi Dinar"],
    ["HUF", 2, "Forint"],
    ["IDR", 2, "Rupiah"],
    ["UYW", 4, "Unidad Previsional"],
    ["XCG", 2, "Caribbean Guilder"],
  ])("%s: %i decimals, %s", (code, exponent, name) => {
    const currency = parseCurrency(code);
    expect(currency && [exponentOf(currency), currencyName(currency)]).toEqual([exponent, name]);
  });
});

describe("a currency in a stored row", () => {
  it.each(["ANG", "BGN", "CUC"])("%s is withdrawn, and old payments in it can still be shown", (code) => {
    expect(exponentOf(code as Currency)).toBe(2);
  });

  it.each(["XXX", "XAU", "inr", "toString"])("%s was never one", (code) => {
    expect(() => exponentOf(code as Currency)).toThrow(TypeError);
    expect(() => currencyName(code as Currency)).toThrow(TypeError);
  });
});

describe("parseCurrency", () => {
  it.each(["inr", "Inr", "INR", "iNR"])("reads %s as INR", (text) => {
    expect(parseCurrency(text)).toBe("INR");
  });

  it.each([
    ["unknown", "ABC"],
    ["no currency", "XXX"],
    ["gold", "XAU"],
    ["for tests", "XTS"],
    ["withdrawn in 2025", "ANG"],
    ["withdrawn in 2026", "bgn"],
    ["withdrawn long ago", "DEM"],
    ["a dotless i, which upper-cases to I", "ınr"],
    ["a long s, which upper-cases to S", "uſd"],
    ["full-width letters", "ＩＮＲ"],
    ["a space", "INR "],
    ["a line feed", "INR\n"],
    ["two letters", "IN"],
    ["a symbol", "₹"],
    ["a member of every object", "constructor"],
    ["nothing", ""],
    ["null", null],
    ["a number", 356],
    ["a list", ["INR"]],
    ["an object that prints as a code", { toString: () => "INR" }],
  ])("refuses %s", (_what, text) => {
    expect(parseCurrency(text)).toBeNull();
  });
});
