import type { StepUpQuestion } from "@/lib/step-up/open-step-up";

/** Money moved, or is about to: `notice` says what, and whether the acquirer has said so. */
export type MoneyMoved = Readonly<{ kind: "moved"; notice: string; pending: boolean }>;

/**
 * Nothing was moved by this. `message` is shown as it is, at the field that it is about. `renewed`: the form was too old, and
 * this nonce takes the place of its own.
 */
export type MoneyRefused = Readonly<{
  kind: "refused";
  message: string;
  field: "amount" | "reason" | null;
  renewed?: string;
}>;

export type MoneyAnswer = MoneyMoved | MoneyRefused | StepUpQuestion;

/** What is sent: the nonce of the form, and what was typed into it. */
export type MoneyInput = Readonly<{ nonce: string; amount: string; reason: string }>;

export type MoveName = "capture" | "void" | "refund";

/** One thing that may be done to a payment now: its nonce, and the most of it, as a field takes it and as people read it. */
export type MoneyMove = Readonly<{ nonce: string; left: Readonly<{ decimal: string; text: string }> }>;

export type MoneyMoves = Readonly<{
  capture?: MoneyMove;
  void?: MoneyMove;
  /** `proof`: when a proof will be asked for, in words; null when none will. */
  refund?: MoneyMove & Readonly<{ proof: string | null }>;
}>;

export type SendMove = (name: MoveName, input: MoneyInput) => Promise<MoneyAnswer>;
