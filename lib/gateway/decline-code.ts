/** Why an acquirer said no, as `failure.code` of a payment says it. */
export const DECLINE_CODES = [
  "card_declined",
  "insufficient_funds",
  "expired_card",
  "incorrect_cvc",
  "processing_error",
] as const;

export type DeclineCode = (typeof DECLINE_CODES)[number];

/** For the person who took the payment: what happened, and what to do next. */
export const DECLINE_MESSAGES: Readonly<Record<DeclineCode, string>> = {
  card_declined: "The bank declined the card. Use another card.",
  insufficient_funds: "The card has not enough funds. Use another card.",
  expired_card: "The card has expired. Use another card.",
  incorrect_cvc: "The security code is wrong. Check it and try again.",
  processing_error: "The bank could not process the card. Try again in a few minutes.",
};

/** The code for what an acquirer calls a decline; a decline for a reason unknown to us is still a decline. */
export function toDeclineCode(code: string): DeclineCode {
  return DECLINE_CODES.find((known) => known === code) ?? "card_declined";
}
