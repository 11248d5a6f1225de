import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundCeiling, shareOf } from "./chart-scale";

describe("roundCeiling", () => {
  it.each([
    [0n, 10n],
    [1n, 10n],
    [11n, 12n],
    [20n, 20n],
    [21n, 24n],
    [27_600_000n, 30_000_000n],
    [80_001n, 100_000n],
  ])("%s → %s", (largest, ceiling) => {
    expect(roundCeiling(largest)).toBe(ceiling);
  });

  it("is never below the largest value, nor more than a third above it", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n, max: 10n ** 24n }), (largest) => {
        const ceiling = roundCeiling(largest);
        return ceiling >= largest && ceiling * 3n <= largest * 4n;
      }),
    );
  });
});

describe("shareOf", () => {
  it("stays between 0 and 1 for every pair", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (value, ceiling) => {
        const share = shareOf(value, ceiling);
        return share >= 0 && share <= 1;
      }),
    );
  });

  it("is exact beyond the integers a float can hold", () => {
    expect(shareOf(10n ** 30n, 4n * 10n ** 30n)).toBe(0.25);
  });
});
