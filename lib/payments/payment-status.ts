/**
 * Where a payment stands. `pending` means that the acquirer's answer is not known: a state of its own,
 * never a guess at one of the others.
 */
export const PAYMENT_STATUSES = [
  "pending",
  "authorized",
  "captured",
  "partially_refunded",
  "refunded",
  "voided",
  "failed",
] as const;

export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];
