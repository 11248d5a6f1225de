import { fieldError } from "@/lib/errors/app-error";
import type { Currency } from "@/lib/money/currency";
import { parsePositiveMoney } from "@/lib/money/parse-money";

/** Reads an amount, in minor units, in the currency of its payment. Throws 422 `amount_invalid` or `amount_precision`. */
export function operationAmount(text: string, currency: Currency): bigint {
  const parsed = parsePositiveMoney(text, currency);
  if (parsed.ok) return parsed.money.minor;
  if (parsed.code === "amount_precision") {
    throw fieldError("/amount", parsed.code, "The amount has more decimals than the payment's currency.");
  }
  throw fieldError("/amount", "amount_invalid", 'Send a decimal string in major units, above zero, such as "12.50".');
}
