import { type Currency, exponentOf } from "./currency";
import { placeDecimals } from "./decimal-string";
import { MoneyPrecisionError } from "./money-errors";
import { type Money, moneyOf } from "./money-value";

const EXPONENT_MAX = 8;

function rescale(minor: bigint, fromExponent: number, toExponent: number): bigint {
  for (const exponent of [fromExponent, toExponent]) {
    if (!Number.isInteger(exponent) || exponent < 0 || exponent > EXPONENT_MAX) {
      throw new RangeError(`An exponent must be a whole number from 0 to ${EXPONENT_MAX}`);
    }
  }
  if (toExponent >= fromExponent) return minor * 10n ** BigInt(toExponent - fromExponent);
  const divisor = 10n ** BigInt(fromExponent - toExponent);
  if (minor % divisor !== 0n) throw new MoneyPrecisionError(placeDecimals(minor, fromExponent), toExponent);
  return minor / divisor;
}

/**
 * The amount in the smallest unit a gateway counts in, where that is not ISO 4217's: Stripe takes UGX with two
 * decimals, Adyen IDR with none. Throws MoneyPrecisionError rather than charge another amount than the one asked for.
 */
export function toGatewayMinor(money: Money, gatewayExponent: number): bigint {
  return rescale(money.minor, exponentOf(money.currency), gatewayExponent);
}

/** Money from a gateway's smallest unit; the inverse of `toGatewayMinor`. Throws MoneyPrecisionError. */
export function fromGatewayMinor(gatewayMinor: bigint, currency: Currency, gatewayExponent: number): Money {
  return moneyOf(rescale(gatewayMinor, gatewayExponent, exponentOf(currency)), currency);
}
