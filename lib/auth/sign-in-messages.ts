/** Why a code did not sign anybody in, as the endpoint names it and the page tells it. */
const CODE_REFUSALS = ["refused", "malformed", "challenge_gone", "passkey_refused"] as const;

export type CodeRefusal = (typeof CODE_REFUSALS)[number];

/** The same for an unknown e-mail, a wrong password and a disabled user. */
export const PASSWORD_REFUSED = "Email or password is not right.";

export const CODE_MESSAGES: Readonly<Record<CodeRefusal, string>> = {
  // The same for a wrong code and a locked factor, so it tells the rule instead of the state.
  refused: "That code was not accepted. Wait for the next one. After three wrong codes sign-in pauses for a while.",
  malformed: "An authentication code has six digits. Type the one your app shows now.",
  passkey_refused: "That passkey was not accepted. Try again, or sign in another way.",
  challenge_gone: "That sign-in has expired. Start again.",
};

export function parseCodeRefusal(value: unknown): CodeRefusal | null {
  return CODE_REFUSALS.find((reason) => reason === value) ?? null;
}

export function tooManyTries(retryAfterSeconds: number): string {
  const minutes = Math.ceil(retryAfterSeconds / 60);
  return `Too many tries. Wait ${minutes} ${minutes === 1 ? "minute" : "minutes"}, then sign in again.`;
}
