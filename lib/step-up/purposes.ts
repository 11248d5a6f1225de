import type { StepUpMethod } from "./step-up-store";

/** What only they could do who hold the factor now: nothing that was sent to them and can be talked out of them. */
const STRONG = ["totp", "passkey"] as const satisfies readonly StepUpMethod[];
/** Whoever has lost every strong factor comes back to one by a recovery code. */
const STRONG_OR_RECOVERY = [...STRONG, "recovery_code"] as const satisfies readonly StepUpMethod[];

/** Every act that asks for a proof of its own, with what proves it. Never a text message or an e-mail. */
const METHODS = {
  "authenticator.set": STRONG_OR_RECOVERY,
  "authenticator.remove": STRONG,
  "passkey.add": STRONG_OR_RECOVERY,
  "passkey.remove": STRONG,
  "text_message.add": STRONG,
  "text_message.remove": STRONG,
  "email_codes.add": STRONG,
  "email_codes.remove": STRONG,
  "recovery_codes.replace": STRONG,
  "password.change": STRONG,
  "sign_in_policy.change": STRONG,
  "member.reset_factors": STRONG,
  "customer.erase": STRONG,
  "refund.create": STRONG,
  "api_key.create": STRONG,
  "api_key.rotate": STRONG,
} as const satisfies Record<string, readonly StepUpMethod[]>;

export type StepUpPurpose = keyof typeof METHODS;

/** The methods that prove this purpose; none for one that no longer exists. */
export function methodsFor(purpose: string): readonly StepUpMethod[] {
  return Object.hasOwn(METHODS, purpose) ? METHODS[purpose as StepUpPurpose] : [];
}
