import { commonPasswords } from "./common-passwords";
import { PASSWORD_LENGTH_MAX } from "./password";
import { repeatedPiece, withoutRuns } from "./predictable-text";

/** PCI DSS 8.3.6; above the 8 of ASVS 6.2.1. In characters as people count them: code points after NFKC. */
export const PASSWORD_LENGTH_MIN = 12;

/** Fewer characters than this, runs and repetitions counted once, are soon tried through. */
const UNPREDICTABLE_MIN = 6;
/** A piece longer than this that stands twice is a phrase, not a pattern; a common one is refused as common. */
const PATTERN_MAX = 5;
/** Digits and signs that count for nothing before or after a common password; more than these are a secret of their own. */
const DECORATION_MAX = 6;

/** Whose password it is to be: none of it may be the password (ASVS 6.2.11). */
export type PasswordOwner = Readonly<{ email: string; name: string; merchantName: string }>;

export type PasswordVerdict = { ok: true } | { ok: false; message: string };

/**
 * Whether a text may become somebody's password; `message` is written for them. Nothing is asked of its composition
 * (ASVS 6.2.5): any characters, spaces included, up to far more than the 128 of ASVS 6.2.9. Refused is what is tried
 * first: common passwords, also decorated with a few digits and signs, what is known of its owner, and runs along the
 * keyboard. For the server alone: the list does not belong in a page.
 */
export async function checkNewPassword(password: string, owner: PasswordOwner): Promise<PasswordVerdict> {
  const message = refusalOfForm(password) ?? refusalOfContent(password, owner, await commonPasswords());
  return message === null ? { ok: true } : { ok: false, message };
}

function refusalOfForm(password: string): string | null {
  if (!password.isWellFormed()) return "This password holds a broken character. Type it again.";
  if (password.length > PASSWORD_LENGTH_MAX) return `Use at most ${PASSWORD_LENGTH_MAX} characters.`;
  if ([...password.normalize("NFKC")].length >= PASSWORD_LENGTH_MIN) return null;
  return `Use at least ${PASSWORD_LENGTH_MIN} characters. A few words that do not belong together work well.`;
}

function refusalOfContent(password: string, owner: PasswordOwner, common: ReadonlySet<string>): string | null {
  const text = password.normalize("NFKC").toLowerCase();
  if ([...repeatedPiece(text)].length <= PATTERN_MAX || new Set(text).size < 4) {
    return "This password repeats the same few characters. Choose something with more variety.";
  }
  if (spellings(text).some((spelling) => common.has(spelling))) {
    return "This password is among those that attackers try first. Choose a less common one.";
  }
  if (isPersonal(text, owner, common)) {
    return "This password is made of your name, your email or your business’s name. Choose something that others cannot know.";
  }
  if (withoutRuns(text).length < UNPREDICTABLE_MIN) {
    return "This password follows the keys of a keyboard or counts up. Choose something less predictable.";
  }
  return null;
}

const LEET: Readonly<Record<string, string>> = { "@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", $: "s" };

/** What the text may have been before it was decorated: "P@ssword1234!" was "password", and so was "passwordpassword". */
function spellings(text: string): string[] {
  return undecorated(text)
    .flatMap((core) => [core, core.replace(/[@431!0$]/g, (sign) => LEET[sign] ?? sign)])
    .flatMap((core) => [core, repeatedPiece(core)]);
}

/** The text without some or all of the digits and signs at its ends, as many as people add for a form's sake. */
function undecorated(text: string): string[] {
  const [before = ""] = /^[^\p{L}]*/u.exec(text) ?? [];
  const [after = ""] = /[^\p{L}]*$/u.exec(text) ?? [];
  const starts = cuts(before);
  return cuts([...after].reverse().join("")).flatMap((end) =>
    starts.map((start) => text.slice(start, Math.max(start, text.length - end))),
  );
}

/** How many of these characters may be cut, in UTF-16 units: each of a few, or all of them where they run or repeat. */
function cuts(decoration: string): number[] {
  const few = Array.from({ length: Math.min(decoration.length, DECORATION_MAX) + 1 }, (_, count) => count);
  return withoutRuns(decoration).length <= DECORATION_MAX ? [...few, decoration.length] : few;
}

/** Whether nothing is left of its letters without its owner's words and ours, or nothing but a common password. */
function isPersonal(text: string, owner: PasswordOwner, common: ReadonlySet<string>): boolean {
  const words = [owner.email, owner.name, owner.merchantName, "countinghouse"]
    .map((known) => known.normalize("NFKC").toLowerCase())
    .flatMap((known) => [lettersOf(known), ...known.split(/[^\p{L}\p{M}]+/u)])
    .filter((word) => [...word].length >= 3)
    .sort((a, b) => b.length - a.length);
  const letters = lettersOf(text);
  const rest = words.reduce((left, word) => left.replaceAll(word, ""), letters);
  return rest !== letters && (rest === "" || common.has(rest));
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{M}]+/gu, "");
}
