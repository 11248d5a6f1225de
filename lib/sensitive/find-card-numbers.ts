import { brandOfDigits } from "./card-issuers";
import { digitChains, numbersIn } from "./digit-chains";
import { isLuhnValid } from "./luhn";
import { blankOpaqueTokens } from "./opaque-tokens";
import { mergeSpans, type Span } from "./span";

const SHORTEST = 13;
const LONGEST = 19;

/**
 * Where a text holds card numbers: 13 to 19 digits of any script in `digit-value.ts`, whole or in groups with up to
 * three separators between them (spaces, dashes, dots, `+`, also percent-encoded), of a length that a known issuer
 * uses, and Luhn-valid. That keeps out timestamps and most order numbers; UUIDs and digests are skipped. A run of digits
 * counts whole or not at all, so a card inside a longer unbroken run is not seen, nor is a UnionPay number that fails
 * Luhn. Spans come in order and do not overlap. Linear in the length of the text.
 */
export function findCardNumbers(text: string): Span[] {
  const found: Span[] = [];
  for (const chain of digitChains(blankOpaqueTokens(text))) {
    for (const { start, end, digits } of numbersIn(chain, SHORTEST, LONGEST)) {
      if (brandOfDigits(digits) !== "unknown" && isLuhnValid(digits)) found.push([start, end]);
    }
  }
  return mergeSpans(found);
}
