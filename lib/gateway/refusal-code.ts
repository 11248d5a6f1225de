/** Why an acquirer would not capture, void or refund: its word that this request moved no money. */
export const REFUSAL_CODES = [
  "invalid_state",
  "amount_exceeds_authorized",
  "amount_exceeds_refundable",
  "authorization_expired",
  "refused",
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** For the person who asked for it: what happened, and what to do next. */
export const REFUSAL_MESSAGES: Readonly<Record<RefusalCode, string>> = {
  invalid_state: "The bank's record of the payment does not allow this. Reload the payment and look at its state.",
  amount_exceeds_authorized: "The amount is more than the card was authorised for. Send a smaller amount.",
  amount_exceeds_refundable: "The amount is more than the bank has left to give back. Send a smaller amount.",
  authorization_expired: "The hold on the card has expired. Take a new payment.",
  refused: "The bank refused. Try again later, or pay back in another way.",
};

/** What a refused operation or refund says. */
export type Refusal = Readonly<{ kind: "refused"; code: RefusalCode; message: string }>;

export function refusal(code: RefusalCode): Refusal {
  return { kind: "refused", code, message: REFUSAL_MESSAGES[code] };
}
