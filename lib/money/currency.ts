import { ISO_CURRENCIES, WITHDRAWN_CODES } from "./iso-4217";

declare const brand: unique symbol;

/**
 * An ISO 4217 code that has a minor unit, in upper case. Only `parseCurrency` makes one, and only of current codes; a
 * stored row may hold one that was withdrawn since, and can still be shown and refunded.
 */
export type Currency = string & { readonly [brand]: "Currency" };

const BY_CODE = new Map(ISO_CURRENCIES.map((currency) => [currency.code, currency]));

/** Every currency a new payment may use, in alphabetical order. */
export const CURRENCIES: readonly Currency[] = ISO_CURRENCIES.map(({ code }) => code as Currency).filter(
  (code) => !WITHDRAWN_CODES.has(code),
);
const CURRENT = new Set<string>(CURRENCIES);

/** ASCII only: `"ınr".toUpperCase()` is INR, and `"uſd".toUpperCase()` USD. */
const THREE_LETTERS = /^[A-Za-z]{3}$/;

/** The currency a code names, in any case; null if the code is unknown, withdrawn, or has no minor unit (XXX, XAU). */
export function parseCurrency(text: unknown): Currency | null {
  if (typeof text !== "string" || !THREE_LETTERS.test(text)) return null;
  const code = text.toUpperCase();
  return CURRENT.has(code) ? (code as Currency) : null;
}

function isoCurrency(currency: Currency) {
  const row = BY_CODE.get(currency);
  if (row === undefined) throw new TypeError(`${currency} is no currency: make it with parseCurrency`);
  return row;
}

/** Decimals of the currency by ISO 4217: 2 for INR, 0 for JPY, 3 for KWD. `Intl` differs on 29 of them. */
export function exponentOf(currency: Currency): number {
  return isoCurrency(currency).exponent;
}

/** The standard's English name, such as "Indian Rupee". */
export function currencyName(currency: Currency): string {
  return isoCurrency(currency).name;
}
