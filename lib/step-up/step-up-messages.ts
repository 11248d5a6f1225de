import type { ConfirmOutcome } from "./confirm-step-up";

/** Why a proof was not taken, as the dialog tells it. */
export const STEP_UP_MESSAGES: Readonly<Record<Exclude<ConfirmOutcome["kind"], "granted">, string>> = {
  // The same for a wrong code and a locked factor, so it tells the rule instead of the state.
  refused:
    "That was not accepted. Wait for a new code and try again. After three wrong codes all are refused for a while, right ones too.",
  malformed: "An authentication code has six digits. Type the one your app shows now.",
  gone: "This question has expired. Cancel, and try again.",
};
