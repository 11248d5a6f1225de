import { randomBytes } from "node:crypto";
import type { Transaction } from "@/db/transact";
import { encodeBase32 } from "@/lib/ids/base32";
import type { UserId } from "@/lib/ids/id";
import { hashPassword, verifyPassword } from "./password";
import { findRecoveryHash, type StoredRecoveryCodes, takeRecoveryCode } from "./recovery-code-store";

const CODES = 10;
/** Crockford's alphabet: nothing that is mistaken for something else when it is copied from paper. */
const FORM = /^([0-9a-hjkmnp-tv-z]{2})([0-9a-hjkmnp-tv-z]{12})$/;

/** `selector` finds the code, `secret` is hashed. */
export type RecoveryCode = Readonly<{ selector: string; secret: string }>;

/**
 * Ten codes, each good once: two characters that find it and twelve (60 bits) that prove it. `shown` is for the user's
 * eyes, once; `stored` holds argon2id hashes (ASVS 6.5.2).
 */
export async function newRecoveryCodes(): Promise<{ shown: string[]; stored: StoredRecoveryCodes }> {
  const shown = randomRecoveryCodes();
  return { shown, stored: await hashRecoveryCodes(shown) };
}

/** Ten codes as they are shown. */
export function randomRecoveryCodes(): string[] {
  const selectors = new Set<string>();
  while (selectors.size < CODES) selectors.add(randomCharacters(2));
  return [...selectors].map((selector) => format(selector + randomCharacters(12)));
}

/** The same codes as they are stored. Throws for a text that is none. */
export async function hashRecoveryCodes(shown: readonly string[]): Promise<StoredRecoveryCodes> {
  const hashed = shown.map(async (text) => {
    const code = readRecoveryCode(text);
    if (code === null) throw new Error("a recovery code has not the form of one");
    return [code.selector, await hashPassword(code.secret)] as const;
  });
  return Object.fromEntries(await Promise.all(hashed));
}

/** The code in what a person typed: case, spaces, dashes and look-alikes do not matter. Null for anything else. */
export function readRecoveryCode(typed: string): RecoveryCode | null {
  if (typed.length > 64) return null;
  const text = typed
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{Dash}]+/gu, "")
    .replaceAll("o", "0")
    .replace(/[il]/g, "1");
  const [, selector, secret] = FORM.exec(text) ?? [];
  return selector === undefined || secret === undefined ? null : { selector, secret };
}

/** Whether this is one of the user's unused codes; if so, it is used up. An unknown selector costs the same work. */
export async function spendRecoveryCode(tx: Transaction, userId: UserId, code: RecoveryCode): Promise<boolean> {
  const hash = await findRecoveryHash(tx, userId, code.selector);
  const right = await verifyPassword(hash, code.secret);
  return right && takeRecoveryCode(tx, userId, code.selector);
}

function randomCharacters(count: number): string {
  return encodeBase32(randomBytes(Math.ceil((count * 5) / 8) + 1)).slice(-count);
}

/** "7K4Q-9XWT-2MB6-HC": groups that are easy to read aloud. */
function format(text: string): string {
  return (text.toUpperCase().match(/.{1,4}/g) ?? []).join("-");
}
