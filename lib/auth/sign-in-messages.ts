import type { SignInMethod } from "@/lib/sessions/session-store";

/** Why a code did not sign anybody in, as the endpoint names it and the page tells it. */
const CODE_REFUSALS = ["refused", "malformed", "challenge_gone", "passkey_refused"] as const;

export type CodeRefusal = (typeof CODE_REFUSALS)[number];

/** The same for an unknown e-mail, a wrong password and a disabled user. */
export const PASSWORD_REFUSED = "Email or password is not right.";

export const CODE_MESSAGES: Readonly<Record<CodeRefusal, string>> = {
  // The same for a wrong code and a locked factor, so it tells the rule instead of the state.
  refused:
    "That code was not accepted. Wait for the next one. After three wrong codes all are refused for a while, right ones too.",
  malformed: "An authentication code has six digits. Type the one your app shows now.",
  passkey_refused: "That passkey was not accepted. Try again, or sign in another way.",
  challenge_gone: "That sign-in has expired or had too many wrong codes. Start again.",
};

const SENT_CODE_MESSAGES = {
  ...CODE_MESSAGES,
  refused:
    "That code was not accepted. Check it, or send another one. After three wrong codes all are refused for a while, right ones too.",
  malformed: "The code has six digits. Type the newest one that we sent.",
};

/** By what was typed: what to do next is not the same for each. */
const MESSAGES_BY_METHOD: Readonly<Record<SignInMethod, Readonly<Record<CodeRefusal, string>>>> = {
  totp: CODE_MESSAGES,
  passkey: CODE_MESSAGES,
  sms: SENT_CODE_MESSAGES,
  email: SENT_CODE_MESSAGES,
  recovery_code: {
    ...CODE_MESSAGES,
    refused:
      "That recovery code was not accepted. Each works once. After three wrong codes all are refused for a while, right ones too.",
    malformed: "A recovery code has 14 letters and digits. Type all of it; dashes do not matter.",
  },
};

export function codeMessage(method: SignInMethod, refusal: CodeRefusal): string {
  return MESSAGES_BY_METHOD[method][refusal];
}

/** Why no code was sent. */
export const SEND_NOT_ALLOWED = "Codes cannot be sent there now. Sign in another way.";

export function sentTooOften(retryAfterSeconds: number): string {
  if (retryAfterSeconds <= 60)
    return `A code was sent a moment ago. Wait ${retryAfterSeconds} s, then send another one.`;
  return `Too many codes were sent. Wait ${Math.ceil(retryAfterSeconds / 60)} minutes, or sign in another way.`;
}

export function parseCodeRefusal(value: unknown): CodeRefusal | null {
  return CODE_REFUSALS.find((reason) => reason === value) ?? null;
}

export function tooManyTries(retryAfterSeconds: number): string {
  const minutes = Math.ceil(retryAfterSeconds / 60);
  return `Too many tries. Wait ${minutes} ${minutes === 1 ? "minute" : "minutes"}, then sign in again.`;
}
