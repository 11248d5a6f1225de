import type { StepUpQuestion } from "@/lib/step-up/open-step-up";

/** Nothing was changed; `message` is shown as it is. */
export type Refused = { kind: "refused"; message: string };

/** Something was changed; `notice` says what, in the past tense. */
export type Changed = { kind: "changed"; notice: string };

/** What an action answers that needs a proof first. */
export type Sensitive<Answer> = Answer | Refused | StepUpQuestion;
