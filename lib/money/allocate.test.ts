import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocate } from "./allocate";
import { moneyOf } from "./money-value";
import { anyMoney, currencyNamed } from "./testing/any-money";
import { holdTrue } from "./testing/hold-true";

const INR = currencyNamed("INR");
const minors = (minor: bigint, weights: readonly bigint[] | readonly number[]) =>
  allocate(moneyOf(minor, INR), weights).map((part) => part.minor);

const someWeights = fc
  .array(fc.oneof(fc.bigInt({ min: 0n, max: 5n }), fc.bigInt({ min: 0n, max: 10n ** 20n })), {
    minLength: 1,
    maxLength: 12,
  })
  .filter((weights) => weights.some((weight) => weight > 0n));

describe("allocate", () => {
  it.each([
    [100n, [1, 1, 1], [34n, 33n, 33n]],
    [101n, [1, 1, 1], [34n, 34n, 33n]],
    [5n, [3, 7], [2n, 3n]],
    [100n, [0, 1, 0], [0n, 100n, 0n]],
    [1n, [0, 1, 1], [0n, 1n, 0n]],
    [2n, [1, 1, 1], [1n, 1n, 0n]],
    [10n, [1, 2, 6], [1n, 2n, 7n]],
    [-100n, [1, 1, 1], [-34n, -33n, -33n]],
    [0n, [1, 2], [0n, 0n]],
    [7n, [5], [7n]],
  ])("%s by %s is %s", (minor, weights, parts) => {
    expect(minors(minor, weights)).toEqual(parts);
    expect(minors(minor, weights.map(BigInt))).toEqual(parts);
  });

  it("allocate.loses-no-minor-unit: the parts add up, each within one unit of its exact share", () => {
    holdTrue(
      fc.property(anyMoney, someWeights, (money, weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0n);
        const parts = allocate(money, weights);
        expect(parts.reduce((sum, part) => sum + part.minor, 0n)).toBe(money.minor);
        for (const [index, weight] of weights.entries()) {
          const offBy = (parts[index]?.minor ?? 0n) * total - money.minor * weight;
          expect(offBy < total && offBy > -total).toBe(true);
          if (weight === 0n) expect(parts[index]?.minor).toBe(0n);
        }
      }),
    );
  });

  it("gives equal weights parts that differ by one unit at most, the larger ones first", () => {
    holdTrue(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.integer({ min: 1, max: 20 }), (minor, count) => {
        const parts = minors(
          minor,
          Array.from({ length: count }, () => 1),
        );
        expect(parts).toEqual(parts.toSorted((left, right) => (left > right ? -1 : Number(left < right))));
        expect((parts[0] ?? 0n) - (parts.at(-1) ?? 0n) <= 1n).toBe(true);
      }),
    );
  });

  it.each([
    ["no weights", []],
    ["only zeros", [0, 0]],
    ["a negative weight", [2, -1]],
    ["a fraction", [0.5, 0.5]],
    ["not a number", [Number.NaN, 1]],
    ["past the safe integers", [2 ** 53, 1]],
    ["infinity", [Number.POSITIVE_INFINITY]],
  ])("refuses %s", (_what, weights) => {
    expect(() => minors(100n, weights)).toThrow(RangeError);
  });
});
