import { type Money, moneyOf } from "./money-value";

function exactWeight(weight: bigint | number): bigint {
  if (typeof weight === "number" && !Number.isSafeInteger(weight)) {
    throw new RangeError("A weight must be a whole number: scale the shares up until they are");
  }
  if (weight < 0) throw new RangeError("A weight must not be negative");
  return BigInt(weight);
}

/**
 * Splits an amount by weights so that the parts add up to it to the last minor unit. Each part is its exact share
 * rounded down or up; the units left over go to the largest remainders, the earlier part first where they are equal
 * (Hamilton's method). A weight of zero gets nothing. A negative amount is split like its opposite. Throws RangeError
 * when no weight is above zero, or one is negative or not whole.
 */
export function allocate(money: Money, weights: readonly bigint[] | readonly number[]): Money[] {
  const exactWeights = weights.map(exactWeight);
  const total = exactWeights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) throw new RangeError("At least one weight must be above zero");

  const sign = money.minor < 0n ? -1n : 1n;
  const amount = money.minor * sign;
  const shares = exactWeights.map((weight, index) => ({
    index,
    whole: (amount * weight) / total,
    remainder: (amount * weight) % total,
  }));
  const leftOver = amount - shares.reduce((sum, share) => sum + share.whole, 0n);
  const largestFirst = shares.toSorted((left, right) => compareDescending(left.remainder, right.remainder));
  const roundedUp = new Set(largestFirst.slice(0, Number(leftOver)).map((share) => share.index));
  return shares.map(({ index, whole }) => moneyOf(sign * (roundedUp.has(index) ? whole + 1n : whole), money.currency));
}

function compareDescending(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left > right ? -1 : 1;
}
