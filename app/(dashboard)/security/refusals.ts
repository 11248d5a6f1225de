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

/** Why a code proved no new factor. */
export function codeRefused(reason: keyof typeof CODES): Refused {
  return refused(CODES[reason]);
}
