import { AMOUNT_PATTERN } from "./amount-pattern";
import { exponentOf, parseCurrency } from "./currency";
import { type Money, moneyOf } from "./money-value";

export { AMOUNT_PATTERN, AMOUNT_SCHEMA } from "./amount-pattern";

export type MoneyRefusal = "amount_invalid" | "amount_precision" | "currency_unsupported";

export type ParsedMoney = Readonly<{ ok: true; money: Money }> | Readonly<{ ok: false; code: MoneyRefusal }>;

/**
 * Reads money as the API's contract writes it. Only strings: a JSON number has been through binary floating point.
 * Digits beyond the currency's decimals are refused, zeros too, and never rounded. Zero itself passes, because the
 * same form carries `amount_refunded`; to charge or refund use `parsePositiveMoney`.
 */
export function parseMoney(amount: unknown, currency: unknown): ParsedMoney {
  const match = typeof amount === "string" ? AMOUNT_PATTERN.exec(amount) : null;
  if (match === null) return { ok: false, code: "amount_invalid" };
  const parsedCurrency = parseCurrency(currency);
  if (parsedCurrency === null) return { ok: false, code: "currency_unsupported" };
  const [, whole = "", pointAndFraction = ""] = match;
  const fraction = pointAndFraction.slice(1);
  const exponent = exponentOf(parsedCurrency);
  if (fraction.length > exponent) return { ok: false, code: "amount_precision" };
  return { ok: true, money: moneyOf(BigInt(whole + fraction.padEnd(exponent, "0")), parsedCurrency) };
}

/** `parseMoney` for amounts that must move something: zero is `amount_invalid`. */
export function parsePositiveMoney(amount: unknown, currency: unknown): ParsedMoney {
  const parsed = parseMoney(amount, currency);
  return parsed.ok && parsed.money.minor === 0n ? { ok: false, code: "amount_invalid" } : parsed;
}
