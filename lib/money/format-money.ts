import { exponentOf } from "./currency";
import { toDecimalString } from "./decimal-string";
import type { Money } from "./money-value";

/**
 * The amount as people of a locale (BCP 47) write it: ₹1,23,456.00 in en-IN, with the decimals of ISO 4217 and not
 * those of CLDR. The digits go to `Intl` as text, so no amount is too large to be exact. For eyes only: never parse it.
 */
export function formatMoney(money: Money, locale: string): string {
  const exponent = exponentOf(money.currency);
  const formatter = new Intl.NumberFormat(locale, {
    style: "currency",
    currency: money.currency,
    // "¥", not "JP¥": whoever shows an amount also shows its code.
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  return formatter.format(toDecimalString(money));
}
