import type { Currency } from "./currency";

/** An exact amount: a whole number of the currency's minor units (paise, yen, fils). May be negative, as a net is. */
export type Money = Readonly<{ currency: Currency; minor: bigint }>;

/** Money of so many minor units: `moneyOf(500n, INR)` is five rupees. */
export function moneyOf(minor: bigint, currency: Currency): Money {
  return Object.freeze({ currency, minor });
}

export function isZero(money: Money): boolean {
  return money.minor === 0n;
}

export function isPositive(money: Money): boolean {
  return money.minor > 0n;
}
