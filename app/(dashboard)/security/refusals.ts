import type { Refused } from "@/components/security/answers";

export function refused(message: string): Refused {
  return { kind: "refused", message };
}

const CODES = {
  wrong: "That code was not accepted. Check that it is the newest one and try again.",
  // A factor that pauses after wrong codes reads like a wrong code.
  locked: "That code was not accepted. Check that it is the newest one and try again.",
  malformed: "A code has six digits.",
  gone: "That has expired, or was tried too often. Begin again.",
} as const;

const APP_CODE =
  "That code was not accepted. Check that your phone sets its clock by itself, and type the code it shows now.";

/** Why a code that was sent proved no new factor. */
export function codeRefused(reason: keyof typeof CODES): Refused {
  return refused(CODES[reason]);
}

/** Why a code of an authenticator app did not. */
export function appCodeRefused(reason: keyof typeof CODES): Refused {
  return reason === "wrong" || reason === "locked" ? refused(APP_CODE) : codeRefused(reason);
}
