import { AppError, fieldError } from "@/lib/errors/app-error";
import type { MoveRefusal, PaymentState } from "./state-machine";

/** What somebody is told whose move the state machine refuses: 409 for the state, 422 for the amount. */
export function moveRefused(refusal: MoveRefusal, state: PaymentState, what: string): AppError {
  switch (refusal) {
    case "invalid_state":
      return new AppError("invalid_state", `This payment is ${standing(state)}, and cannot be ${what}.`);
    case "amount_exceeds_authorized":
      return fieldError("/amount", refusal, "The amount is more than is held. Send at most the authorised amount.");
    case "amount_exceeds_refundable":
      return fieldError("/amount", refusal, "The amount is more than is left to refund, pending refunds included.");
  }
}

export const noSuchPayment = () => new AppError("not_found", "There is no such payment.");

function standing(state: PaymentState): string {
  if (state.status === "authorized" && state.operation !== null) {
    return `authorized with a ${state.operation.type} under way`;
  }
  return state.status.replaceAll("_", " ");
}
