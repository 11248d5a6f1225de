import { exponentOf } from "@/lib/money/currency";
import { fromGatewayMinor, toGatewayMinor } from "@/lib/money/gateway-minor";
import { MoneyPrecisionError } from "@/lib/money/money-errors";
import type { Money } from "@/lib/money/money-value";

/** docs.stripe.com/currencies, "zero-decimal": MGA has two decimals by ISO 4217, and none there. */
const NO_DECIMALS: ReadonlySet<string> = new Set(
  "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" "),
);
/** The same page, "special cases": no decimals by ISO 4217, two there for compatibility, and those must be zeros. */
const TWO_EMPTY_DECIMALS: ReadonlySet<string> = new Set(["ISK", "UGX"]);

function stripeExponent({ currency }: Money): number | null {
  if (NO_DECIMALS.has(currency)) return 0;
  if (TWO_EMPTY_DECIMALS.has(currency)) return 2;
  const exponent = exponentOf(currency);
  // With none, and not on the list above (UYI), or with four (CLF, UYW): Stripe does not take it.
  return exponent === 2 || exponent === 3 ? exponent : null;
}

/**
 * The amount as Stripe counts it; null where Stripe cannot take exactly this one: a currency that it has not, a part of an
 * ariary, or a third decimal other than 0, which it asks to be rounded away. Nothing is ever rounded here.
 */
export function toStripeAmount(money: Money): number | null {
  const exponent = stripeExponent(money);
  if (exponent === null) return null;
  try {
    const units = toGatewayMinor(money, exponent);
    if (exponent === 3 && units % 10n !== 0n) return null;
    return units <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(units) : null;
  } catch (error) {
    if (error instanceof MoneyPrecisionError) return null;
    throw error;
  }
}

/** Whether Stripe's amount and currency (in lower case) are exactly this money. */
export function isStripeAmount(money: Money, amount: number, currency: string): boolean {
  const exponent = stripeExponent(money);
  if (exponent === null || !Number.isSafeInteger(amount) || currency !== money.currency.toLowerCase()) return false;
  try {
    return fromGatewayMinor(BigInt(amount), money.currency, exponent).minor === money.minor;
  } catch (error) {
    if (error instanceof MoneyPrecisionError) return false;
    throw error;
  }
}
