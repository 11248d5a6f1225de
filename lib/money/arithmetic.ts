import { CurrencyMismatchError } from "./money-errors";
import { type Money, moneyOf } from "./money-value";

function requireSameCurrency(left: Money, right: Money): void {
  if (left.currency !== right.currency) throw new CurrencyMismatchError(left.currency, right.currency);
}

/** The sum. Throws CurrencyMismatchError. */
export function add(left: Money, right: Money): Money {
  requireSameCurrency(left, right);
  return moneyOf(left.minor + right.minor, left.currency);
}

/** The difference, negative if `right` is more. Throws CurrencyMismatchError. */
export function subtract(left: Money, right: Money): Money {
  requireSameCurrency(left, right);
  return moneyOf(left.minor - right.minor, left.currency);
}

/** -1, 0 or 1 as `left` is less than, equal to or more than `right`. Throws CurrencyMismatchError. */
export function compare(left: Money, right: Money): -1 | 0 | 1 {
  requireSameCurrency(left, right);
  if (left.minor === right.minor) return 0;
  return left.minor < right.minor ? -1 : 1;
}
