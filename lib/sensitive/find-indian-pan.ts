import type { Span } from "./span";

/**
 * A permanent account number: the fourth letter names the kind of holder (person, company, trust …), as the Income
 * Tax Department assigns them. A letter or digit beside it makes it part of another word, unless that character ends
 * an escape: `\n` in JSON text, `%20` in a URL.
 */
const ESCAPE_BEFORE = String.raw`(?<=\\[bfnrt]|\\u[0-9a-f]{4}|%[0-9a-f]{2})`;
const INDIAN_PAN = new RegExp(
  `(?:(?<![a-z0-9])|${ESCAPE_BEFORE})[a-z]{3}[abcfghljpt][a-z][0-9]{4}[a-z](?![a-z0-9])`,
  "gi",
);

/** Where a text holds Indian tax numbers (PAN, `AAAAA9999A`), in any case. Spans come in order. Linear. */
export function findIndianPans(text: string): Span[] {
  return Array.from(text.matchAll(INDIAN_PAN), (match) => [match.index, match.index + match[0].length] as const);
}
