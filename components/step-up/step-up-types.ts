import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";
import type { StepUpQuestion } from "@/lib/step-up/open-step-up";

/** What came of a proof. `message` is shown as it is. */
export type StepUpAnswer = { kind: "granted" } | { kind: "refused"; message: string };

/** What the browser asks the passkey. */
export type PasskeyQuestion =
  | { kind: "ask"; options: PublicKeyCredentialRequestOptionsJSON }
  | { kind: "refused"; message: string };

export type TypedMethod = "totp" | "recovery_code";

export type StepUpProofs = Readonly<{
  byCode: (stepUpId: string, method: TypedMethod, code: string) => Promise<StepUpAnswer>;
  /** Asks the browser for the passkey, then the server. */
  byPasskey: (stepUpId: string) => Promise<StepUpAnswer>;
}>;

/** Whether an action has acted, or refused to; false when it asks for a proof first. */
export function hasActed<T>(answer: T): answer is Exclude<T, StepUpQuestion> {
  return !isStepUpQuestion(answer);
}

export function isStepUpQuestion(answer: unknown): answer is StepUpQuestion {
  return typeof answer === "object" && answer !== null && "kind" in answer && answer.kind === "step_up";
}
