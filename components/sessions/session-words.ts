import type { EndedReason, SessionRecord, SignInMethod } from "@/lib/sessions/session-store";

const METHODS: Record<SignInMethod, string> = {
  totp: "Authenticator app",
  passkey: "Passkey",
  sms: "Text message",
  email: "Email",
  recovery_code: "Recovery code",
};

/** What signed a session in; a dash where that is not known. */
export function methodWords(method: SignInMethod | null): string {
  return method === null ? "–" : METHODS[method];
}

export type LimitSeconds = Readonly<{ idleSeconds: number; absoluteSeconds: number }>;

/** Why a session ended, for its user. */
export function endedWords(
  { reason, by }: Pick<NonNullable<SessionRecord["ended"]>, "reason" | "by">,
  userId: string,
  { idleSeconds, absoluteSeconds }: LimitSeconds,
): string {
  const words: Record<EndedReason, string> = {
    signed_out: "Signed out",
    replaced: "This browser signed in again",
    evicted: "A newer sign-in took its place",
    idle: `Ended after ${durationWords(idleSeconds)} without use`,
    absolute: `Ended ${durationWords(absoluteSeconds)} after sign-in`,
    revoked: by === userId ? "You revoked it" : "Somebody else revoked it",
    user_disabled: "Account disabled",
    password_changed: "Password changed",
    factors_reset: "Sign-in factors reset",
    address_changed: "Used from another address",
  };
  return words[reason];
}

const UNITS = [
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Whole seconds in the largest unit that divides them: "15 minutes", "12 hours", "90 seconds". */
export function durationWords(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length && seconds % length === 0) ?? ["second", 1];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
