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

/** 409: it was taken where this server cannot act on it, and it is never tried anywhere else. */
export const ofAnotherAcquirer = (what: string) =>
  new AppError(
    "invalid_state",
    `This payment was taken at another acquirer or account than this server uses now, and cannot be ${what} here. Have it ${what} at that acquirer, or from a server that is set up for it.`,
  );

function standing(state: PaymentState): string {
  if (state.status === "authorized" && state.operation !== null) {
    return `authorized with a ${state.operation.type} under way`;
  }
  return state.status.replaceAll("_", " ");
}
