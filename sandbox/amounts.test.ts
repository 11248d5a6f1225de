import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAmount, parseAmount, unitsAtScale } from "./amounts";

describe("amounts", () => {
  it("comes back exactly as it was sent, whatever the decimals", () => {
    const amounts = fc.record({ units: fc.bigInt(1n, 10n ** 12n - 1n), decimals: fc.integer({ min: 0, max: 4 }) });
    const comesBack = fc.property(amounts, (amount) => {
      expect(parseAmount(formatAmount(amount))).toEqual(amount);
    });
    fc.assert(comesBack);
  });

  it.each([
    ["1234.56", { units: 123456n, decimals: 2 }],
    ["500", { units: 500n, decimals: 0 }],
    ["0.001", { units: 1n, decimals: 3 }],
    ["999999999999.9999", { units: 9_999_999_999_999_999n, decimals: 4 }],
  ])("reads %s", (text, amount) => expect(parseAmount(text)).toEqual(amount));

  it.each([
    "",
    "0",
    "0.00",
    "-1",
    "+1",
    "01",
    "1.",
    ".5",
    "1e3",
    "1,000",
    " 1",
    "1 ",
    "NaN",
    "1.23456",
    "1234567890123",
  ])("refuses %j", (text) => expect(parseAmount(text)).toBeNull());

  it("moves to more decimals, and to fewer never", () => {
    expect(unitsAtScale({ units: 5n, decimals: 0 }, 2)).toBe(500n);
    expect(unitsAtScale({ units: 1250n, decimals: 2 }, 2)).toBe(1250n);
    expect(unitsAtScale({ units: 5000n, decimals: 3 }, 2)).toBeNull();
  });
});
