import { brandOfDigits, type CardBrand } from "@/lib/sensitive/card-issuers";
import type { CardNumber } from "./card-number";

export type { CardBrand } from "@/lib/sensitive/card-issuers";

/**
 * The brand by the schemes' issuer ranges; `unknown` if none holds the number, or its length is not one that the brand
 * issues. RuPay's ranges go before the Discover and Maestro ranges around them.
 */
export function cardBrand(number: CardNumber): CardBrand {
  return brandOfDigits(number);
}
