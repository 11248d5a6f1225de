import { digitChains, type NumberRun, numbersIn } from "./digit-chains";
import { blankOpaqueTokens } from "./opaque-tokens";
import { mergeSpans, type Span } from "./span";
import { isVerhoeffValid } from "./verhoeff";

const LENGTH = 12;
/** UIDAI issues no number that begins with 0 or 1. */
const FIRST_DIGIT = /^[2-9]/;

function isAadhaarNumber({ digits, groups }: NumberRun): boolean {
  const isWhole = groups.length === 1;
  const isFourFourFour = groups.length === 3 && groups.every((group) => group.digits.length === 4);
  return (isWhole || isFourFourFour) && FIRST_DIGIT.test(digits) && isVerhoeffValid(digits);
}

/**
 * Where a text holds Aadhaar numbers: twelve digits, unbroken or grouped 4-4-4, with the Verhoeff check digit that
 * UIDAI puts last. Separators and scripts are those of `findCardNumbers`. One in ten of other twelve-digit numbers
 * (a UPI reference, say) passes the check and is reported too. Linear in the length of the text.
 */
export function findAadhaarNumbers(text: string): Span[] {
  const found: Span[] = [];
  for (const chain of digitChains(blankOpaqueTokens(text))) {
    for (const run of numbersIn(chain, LENGTH, LENGTH)) {
      if (isAadhaarNumber(run)) found.push([run.start, run.end]);
    }
  }
  return mergeSpans(found);
}
