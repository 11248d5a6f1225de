import type { MoneyMoved } from "@/components/money-moves/money-answers";
import type { MoneyOutcome } from "@/lib/dashboard-forms/move-money";

export type Move = "capture" | "void" | "refund";

const DONE: Readonly<Record<Move, string>> = {
  capture: "Captured.",
  void: "Voided: nothing is held on the card any more.",
  refund: "Refunded.",
};
const ASKED: Readonly<Record<Move, string>> = {
  capture: "The capture was asked for.",
  void: "The void was asked for.",
  refund: "The refund was asked for.",
};

/** What a person reads who has moved money, or hopes to have. */
export function movedNotice(
  move: Move,
  { kind, again }: Exclude<MoneyOutcome, { kind: "refused" | "renewed" }>,
): MoneyMoved {
  const pending = kind === "pending";
  const notice = pending
    ? `${ASKED[move]} The acquirer has not answered yet; it is being asked. Do not send it a second time.`
    : DONE[move];
  return { kind: "moved", pending, notice: again ? `This had been sent before, and was done once. ${notice}` : notice };
}
