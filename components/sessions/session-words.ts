import type { EndedReason, RefusedReason, SessionRecord, SignInMethod } from "@/lib/sessions/session-store";

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
    device_changed: "Used from another browser",
  };
  return words[reason];
}

/**
 * Why this browser has to sign in again; null where its person knows, for they signed out. In one short sentence that
 * tells what to do where something may be wrong.
 */
export function signedOutWords(reason: RefusedReason, { idleSeconds, absoluteSeconds }: LimitSeconds): string | null {
  const words: Record<RefusedReason, string | null> = {
    signed_out: null,
    replaced: "You were signed out because this browser signed in again.",
    evicted: "You were signed out because newer sign-ins took this one's place.",
    idle: `You were signed out after ${durationWords(idleSeconds)} without use.`,
    absolute: `You were signed out ${durationWords(absoluteSeconds)} after you had signed in.`,
    revoked: "You were signed out because this session was revoked.",
    user_disabled: "You were signed out because your account was disabled.",
    password_changed: "You were signed out because your password was changed.",
    factors_reset: "You were signed out because your ways of signing in were reset.",
    address_changed: "You were signed out because your network address changed.",
    device_changed: "You were signed out because this session was used from another browser.",
    rotated: "Your session goes on elsewhere. If you do not know why, sign in and revoke it under Sessions.",
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
