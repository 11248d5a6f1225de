import { toAsciiDigits } from "@/lib/sensitive/digit-value";
import { findAadhaarNumbers } from "@/lib/sensitive/find-aadhaar";
import { findCardNumbers } from "@/lib/sensitive/find-card-numbers";
import { findIndianPans } from "@/lib/sensitive/find-indian-pan";
import { findNamedValues, findSpokenCodes, findStatementValues } from "./find-named-values";
import { findEmails, findTokens, findUrlPasswords } from "./find-tokens";
import { type Finding, mergeFindings } from "./finding";
import { percentView } from "./percent-view";
import { surveyText, type TextSurvey } from "./text-survey";

/** In UTF-16 units. Longer texts are cut. */
export const LONGEST_TEXT = 8_192;
/** Read past the cut, so that half a card number before it is still seen as one. */
const LOOK_AHEAD = 256;

const CONTROLS = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * A text for a log: whatever is a secret by its form or by the name before it is replaced, characters that could forge
 * a line on a terminal are written as `\u202e`, and a text over `LONGEST_TEXT` is cut. Pure; linear in the length.
 * Line feeds stay: JSON escapes them.
 */
export function maskText(text: string): string {
  const shown = Math.min(text.length, LONGEST_TEXT);
  const read = text.length > shown ? text.slice(0, shown + LOOK_AHEAD) : text;
  const survey = surveyText(read);
  const masked = replace(read, shown, mergeFindings(findAll(read, survey)));
  const safe = survey.control ? escapeControls(masked) : masked;
  return text.length > shown ? `${safe}… [cut: ${text.length} characters]` : safe;
}

function findAll(text: string, survey: TextSurvey): Finding[] {
  const found = findRaw(text, survey);
  const view = survey.percent ? percentView(text) : null;
  if (view === null) return found;
  return [...found, ...findRaw(view.text, surveyText(view.text)).map(view.restore)];
}

/** The surest first: they lend their text where findings overlap. */
function findRaw(text: string, survey: TextSurvey): Finding[] {
  const found: Finding[] = findTokens(text);
  if (survey.pair && survey.at) found.push(...findUrlPasswords(text));
  if (survey.pair) found.push(...findStatementValues(text), ...findNamedValues(text));
  if (survey.longNumber) {
    for (const [start, end] of findCardNumbers(text)) {
      found.push({ start, end, text: `[card …${lastFour(text.slice(start, end))}]` });
    }
    for (const [start, end] of findAadhaarNumbers(text)) {
      if (!isDecimal(text, start, end)) found.push({ start, end, text: "[aadhaar]" });
    }
  }
  if (survey.taxId) {
    for (const [start, end] of findIndianPans(text)) found.push({ start, end, text: "[tax id]" });
  }
  if (survey.shortNumber) found.push(...findSpokenCodes(text));
  if (survey.at) {
    // `postgres://app:secret@host` reads like an address too; the password is covered already.
    const isFree = (email: Finding) => !found.some(({ start, end }) => start < email.end && email.start < end);
    found.push(...findEmails(text).filter(isFree));
  }
  return found;
}

/** One amount in ten with twelve digits before its point passes Aadhaar's check. */
function isDecimal(text: string, start: number, end: number): boolean {
  return end - start === 12 && /^\.\d{1,4}(?![\d.])/.test(text.slice(end, end + 6));
}

/** The most of a card number that anyone may see here (PCI DSS 3.4.1 would allow the issuer's digits as well). */
function lastFour(number: string): string {
  return toAsciiDigits(number).replace(/\D/g, "").slice(-4);
}

function replace(text: string, shown: number, findings: readonly Finding[]): string {
  let result = "";
  let position = 0;
  for (const finding of findings) {
    if (finding.start >= shown) break;
    result += text.slice(position, finding.start) + finding.text;
    position = finding.end;
  }
  return position === 0 && shown === text.length ? text : result + text.slice(position, Math.max(position, shown));
}

function escapeControls(text: string): string {
  return text.replace(CONTROLS, (character) => {
    return character === "\t" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
