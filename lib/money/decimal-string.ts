import { type Currency, exponentOf } from "./currency";
import { MoneyPrecisionError } from "./money-errors";
import { type Money, moneyOf } from "./money-value";

/** Decimal notation as people, JSON and Postgres' NUMERIC write it: never an exponent, never a grouping mark. */
export type DecimalString = `${number}`;

/** Writes minor units with a fixed number of decimals: (1234, 2) is "12.34", (-5, 2) is "-0.05", (500, 0) is "500". */
export function placeDecimals(minor: bigint, decimals: number): DecimalString {
  const sign = minor < 0n ? "-" : "";
  const digits = String(minor < 0n ? -minor : minor).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const fraction = decimals === 0 ? "" : `.${digits.slice(point)}`;
  return `${sign}${digits.slice(0, point)}${fraction}` as DecimalString;
}

/** The amount in major units with all the currency's decimals: "5.00" INR, "500" JPY, "1.234" KWD, "-0.05" USD. */
export function toDecimalString(money: Money): DecimalString {
  return placeDecimals(money.minor, exponentOf(money.currency));
}

const NUMERIC = /^(-?)([0-9]+)(?:\.([0-9]+))?$/;

/**
 * Reads an amount that we wrote ourselves, from a NUMERIC column or an acquirer's ledger. Its scale may be larger than
 * the currency's ("5.0000" INR). Throws MoneyPrecisionError when a digit other than 0 would be lost, SyntaxError when
 * the text is no plain decimal. For what a client sent use `parseMoney`.
 */
export function fromDecimalString(text: string, currency: Currency): Money {
  const [matched, sign = "", whole = "", fraction = ""] = NUMERIC.exec(text) ?? [];
  if (matched === undefined) throw new SyntaxError("The stored amount is not a plain decimal");
  const exponent = exponentOf(currency);
  if (/[1-9]/.test(fraction.slice(exponent))) throw new MoneyPrecisionError(text, exponent);
  const minor = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, "0"));
  return moneyOf(sign === "-" ? -minor : minor, currency);
}
