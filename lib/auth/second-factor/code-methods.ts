const CODE_METHODS = ["totp", "sms", "email", "recovery_code"] as const;

/** The factors that are a code to be typed. */
export type CodeMethod = (typeof CODE_METHODS)[number];

/** The method that a form names; the authenticator app where it names none. Null for one that there is not. */
export function readCodeMethod(value: unknown): CodeMethod | null {
  if (value === undefined) return "totp";
  return CODE_METHODS.find((method) => method === value) ?? null;
}
