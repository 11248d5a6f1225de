import fc from "fast-check";
import { CURRENCIES, type Currency, parseCurrency } from "../currency";
import { moneyOf } from "../money-value";

/** A currency that a test names; throws if it is none. */
export function currencyNamed(code: string): Currency {
  const currency = parseCurrency(code);
  if (currency === null) throw new TypeError(`${code} is no currency`);
  return currency;
}

const near = fc.bigInt({ min: -1_000n, max: 1_000n });
const far = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

export const anyCurrency = fc.constantFrom(...CURRENCIES);
/** Amounts near zero and well past what a double holds exactly, of both signs. */
export const anyMinor = fc.oneof(near, far);
export const anyMoney = fc.tuple(anyMinor, anyCurrency).map(([minor, currency]) => moneyOf(minor, currency));
export const twoOfOneCurrency = fc
  .tuple(anyMinor, anyMinor, anyCurrency)
  .map(([left, right, currency]) => [moneyOf(left, currency), moneyOf(right, currency)] as const);
