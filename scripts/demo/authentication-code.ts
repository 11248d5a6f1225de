import { TOTP } from "otpauth";

const PERIOD_SECONDS = 30;

export type AuthenticationCode = Readonly<{ code: string; secondsLeft: number }>;

/** The code that an authenticator app would show at the moment (RFC 6238: SHA-1, 6 digits, 30 s). */
export function authenticationCode(secret: string, nowMs: number): AuthenticationCode {
  const totp = new TOTP({ secret, algorithm: "SHA1", digits: 6, period: PERIOD_SECONDS });
  return {
    code: totp.generate({ timestamp: nowMs }),
    secondsLeft: PERIOD_SECONDS - (Math.floor(nowMs / 1000) % PERIOD_SECONDS),
  };
}
