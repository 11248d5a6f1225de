export type VerificationFailure =
  | "wrong_origin"
  | "wrong_rp_id"
  | "user_not_verified"
  | "signature_wrong"
  | "answer_invalid";

/** The verifier throws for whatever is wrong and says so in words alone; tests hold it to them. */
const FAILURES: readonly (readonly [RegExp, VerificationFailure])[] = [
  [/\borigin\b/i, "wrong_origin"],
  [/\bRP ID\b/, "wrong_rp_id"],
  [/\buser (could not be verified|not present|was not present)\b/i, "user_not_verified"],
];

/** What was wrong with an answer, for the audit trail. */
export function verificationFailure(error: unknown): VerificationFailure {
  const message = error instanceof Error ? error.message : "";
  return FAILURES.find(([words]) => words.test(message))?.[1] ?? "answer_invalid";
}
