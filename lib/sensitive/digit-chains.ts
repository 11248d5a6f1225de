import { DIGIT_CLASS, toAsciiDigits } from "./digit-value";

/** Digits with nothing between them. `dotBefore` is null for the first of a chain, else whether a dot joins it to the one before. */
export type DigitGroup = Readonly<{ start: number; end: number; digits: string; dotBefore: boolean | null }>;

/** Spaces, dashes and invisible characters that people and word processors put into numbers, and `+`, a form's space. */
const BLANKS = "\\t \\u00a0\\u1680\\u2000-\\u200d\\u202f\\u205f\\u2060\\u3000\\ufeff\\u00ad+";
/** What people put between groups to get a number past a filter. Not the colon: clock times are full of it. */
const MARKS = "_/,|()\\r\\n\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";
const DASHES = "\\-\\u2010-\\u2015\\u2212\\ufe58\\ufe63\\uff0d";
const DOTS = ".\\u00b7\\uff0e";
/** The same, percent-encoded; `%2520` is what a second encoding makes of `%20`. */
const ENCODED = "%(?:25)*(?:09|20|2b|2d|2e|c2%(?:25)*a0|e2%(?:25)*80%(?:25)*[89][0-9a-f])";

/** Up to three: "4242 - 4242". A longer gap separates two numbers rather than the parts of one. */
const SEPARATOR = new RegExp(`^(?:[${BLANKS}${MARKS}${DASHES}${DOTS}]|${ENCODED}){1,3}$`, "i");
const DOT = new RegExp(`[${DOTS}]|2e`, "i");

const RAW_TOKEN = new RegExp(`[${DIGIT_CLASS}]+`, "g");
const ENCODED_TOKEN = new RegExp(`%(?:25)*[0-9a-f]{2}|[${DIGIT_CLASS}]+`, "gi");

function* chainsOf(text: string, token: RegExp): Generator<readonly DigitGroup[]> {
  let chain: DigitGroup[] = [];
  for (const match of text.matchAll(token)) {
    if (match[0].startsWith("%")) continue;
    const start = match.index;
    const previous = chain.at(-1);
    const between = previous === undefined ? "" : text.slice(previous.end, start);
    const joined = SEPARATOR.test(between);
    if (previous !== undefined && !joined) {
      yield chain;
      chain = [];
    }
    const dotBefore = joined ? DOT.test(between) : null;
    chain.push({ start, end: start + match[0].length, digits: toAsciiDigits(match[0]), dotBefore });
  }
  if (chain.length > 0) yield chain;
}

/**
 * Reads a text as chains of digit groups that single separators join. In a percent-encoded text the hexadecimal
 * digits of `%3D` belong to no number, yet in `100%4242` they do, so a text with a percent sign is read both ways.
 * Linear in the length of the text.
 */
export function* digitChains(text: string): Generator<readonly DigitGroup[]> {
  yield* chainsOf(text, RAW_TOKEN);
  if (text.includes("%")) yield* chainsOf(text, ENCODED_TOKEN);
}

/** A candidate number: whole neighbouring groups of one chain, and their digits put together. */
export type NumberRun = Readonly<{ start: number; end: number; digits: string; groups: readonly DigitGroup[] }>;

/**
 * Every number made of whole neighbouring groups with `shortest` to `longest` digits. Dots join groups only when
 * nothing else does: "41.50 12.25" is two prices. A group opens at most `longest` numbers, so the work stays linear.
 */
export function* numbersIn(
  chain: readonly DigitGroup[],
  shortest: number,
  longest: number,
): Generator<NumberRun, void, undefined> {
  for (const [first, opening] of chain.entries()) {
    let digits = "";
    let dotted: boolean | null = null;
    for (let index = first; index < chain.length; index += 1) {
      const group = chain[index];
      if (group === undefined || digits.length + group.digits.length > longest) break;
      if (index > first) {
        if (dotted !== null && dotted !== group.dotBefore) break;
        dotted = group.dotBefore;
      }
      digits += group.digits;
      if (digits.length < shortest) continue;
      yield { start: opening.start, end: group.end, digits, groups: chain.slice(first, index + 1) };
    }
  }
}
