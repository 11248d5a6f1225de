import { Secret, TOTP } from "otpauth";

/** RFC 6238 as every authenticator app has it: SHA-1, 6 digits, steps of 30 s. */
const ALGORITHM = "SHA1";
const DIGITS = 6;
export const STEP_SECONDS = 30;
/** Steps before and after the present one whose codes count, for slow typing and slow clocks (RFC 6238, 5.2). */
const WINDOW_STEPS = 1;

declare const brand: unique symbol;

/** Six ASCII digits. Only `readTotpCode` makes one. */
export type TotpCode = string & { readonly [brand]: "totp" };

/**
 * The code in what a person typed: "123 456" and full-width digits count as 123456. Null for anything that is not six
 * digits. That can never be right, so it need not count as a try.
 */
export function readTotpCode(typed: string): TotpCode | null {
  if (typed.length > 64) return null;
  // NFKC turns full-width digits into ASCII ones, and every kind of space into one that \s knows.
  const digits = typed.normalize("NFKC").replace(/\s+/g, "");
  return /^[0-9]{6}$/.test(digits) ? (digits as TotpCode) : null;
}

/**
 * The time step (Unix seconds / 30) whose code this is, or null. The caller must still spend the step: a code is good
 * once (RFC 6238, 5.2). `nowSeconds` comes from the database's clock, which all servers share (ASVS 6.5.8).
 * Throws a TypeError for a secret that is not base32.
 */
export function matchTotpStep(secretBase32: string, code: TotpCode, nowSeconds: number): number | null {
  const delta = TOTP.validate({
    token: code,
    secret: Secret.fromBase32(secretBase32),
    algorithm: ALGORITHM,
    digits: DIGITS,
    period: STEP_SECONDS,
    timestamp: nowSeconds * 1000,
    window: WINDOW_STEPS,
  });
  return delta === null ? null : Math.floor(nowSeconds / STEP_SECONDS) + delta;
}
