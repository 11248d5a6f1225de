import { Decimal } from "decimal.js";
import { type Money, moneyOf } from "./money-value";

/** What becomes of a fraction of a minor unit. "half-up" takes 0.5 away from zero, "half-even" to the even neighbour. */
export type Rounding = "half-up" | "half-even" | "toward-zero" | "away-from-zero";

const ROUNDING_MODES: Readonly<Record<Rounding, Decimal.Rounding>> = {
  "half-up": Decimal.ROUND_HALF_UP,
  "half-even": Decimal.ROUND_HALF_EVEN,
  "toward-zero": Decimal.ROUND_DOWN,
  "away-from-zero": Decimal.ROUND_UP,
};

/** decimal.js rounds products to its precision without a word (20 digits by default), so both factors are bounded. */
const FACTOR_DIGITS_MAX = 60;
const MINOR_DIGITS_MAX = 100;
const Exact = Decimal.clone({ precision: FACTOR_DIGITS_MAX + MINOR_DIGITS_MAX, toExpPos: MINOR_DIGITS_MAX * 2 });

const FACTOR = /^-?[0-9]{1,30}(\.[0-9]{1,30})?$/;

function exactFactor(factor: string | Decimal): Decimal {
  if (typeof factor === "string" && !FACTOR.test(factor)) throw new RangeError("The factor is not a plain decimal");
  const exact = new Exact(factor);
  // NaN and Infinity have no exponent, so they fail here too.
  const isBounded = Math.abs(exact.e) <= FACTOR_DIGITS_MAX && exact.sd() <= FACTOR_DIGITS_MAX;
  if (!isBounded) throw new RangeError(`The factor is not a number of at most ${FACTOR_DIGITS_MAX} digits`);
  return exact;
}

/**
 * The amount times a factor (a rate, a share), rounded once, at the end, to whole minor units. The factor is a plain
 * decimal string or a Decimal, never a float. Throws RangeError for a factor or amount too long to be exact.
 */
export function multiply(money: Money, factor: string | Decimal, rounding: Rounding = "half-up"): Money {
  const minor = new Exact(String(money.minor));
  if (minor.sd(true) > MINOR_DIGITS_MAX) throw new RangeError(`The amount has over ${MINOR_DIGITS_MAX} digits`);
  const product = minor.times(exactFactor(factor)).toDecimalPlaces(0, ROUNDING_MODES[rounding]);
  return moneyOf(BigInt(product.toFixed(0)), money.currency);
}
