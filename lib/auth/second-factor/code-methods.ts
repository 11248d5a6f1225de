import type { CodeMethod } from "./factor-store";

const CODE_METHODS = ["totp", "sms", "email", "recovery_code"] as const satisfies readonly CodeMethod[];

/** The method that a form names; the authenticator app where it names none. Null for one that there is not. */
export function readCodeMethod(value: unknown): CodeMethod | null {
  if (value === undefined) return "totp";
  return CODE_METHODS.find((method) => method === value) ?? null;
}
