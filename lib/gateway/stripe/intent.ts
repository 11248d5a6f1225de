import { z } from "zod";
import { holdsCardNumber } from "@/lib/sensitive/holds-card-number";
import { DECLINE_MESSAGES, type DeclineCode } from "../decline-code";
import type { ChargeLookup, ChargeOutcome, FoundCharge } from "../payment-gateway";
import { isStripeAmount } from "./currency-units";
import { declineCodeOf, unknown } from "./error";

/** Stripe's ids: nothing that could be more than an id where it is shown or put in an address. */
export const gatewayId = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,128}$/)
  // They are stored in the open.
  .refine((id) => !holdsCardNumber(id));
const word = z
  .string()
  .nullish()
  .transform((text) => text ?? null);

/** What we read of a PaymentIntent, and nothing more: newer versions of the API may add to it. */
export const intentSchema = z.object({
  id: gatewayId,
  object: z.literal("payment_intent"),
  amount: z.int(),
  amount_received: z.int(),
  amount_capturable: z.int(),
  currency: z.string(),
  status: z.string(),
  capture_method: z.string(),
  created: z.int(),
  metadata: z.record(z.string(), z.string()),
  cancellation_reason: word,
  last_payment_error: z.object({ code: word, decline_code: word }).nullable(),
});
export type Intent = z.output<typeof intentSchema>;

/** What a PaymentIntent must say about itself to be the one that was asked for. */
export type ExpectedIntent = Pick<ChargeLookup, "paymentId" | "merchantId" | "amount" | "capture">;

export const captureMethodOf = (capture: boolean) => (capture ? "automatic" : "manual");

/** In what an intent differs from the one that was asked for; null where in nothing. */
export function findDifference(expected: ExpectedIntent, intent: Intent): string | null {
  const { payment_id, merchant_id } = intent.metadata;
  if (payment_id !== expected.paymentId) return "payment id";
  if (merchant_id !== expected.merchantId) return "merchant";
  if (!isStripeAmount(expected.amount, intent.amount, intent.currency)) return "amount or currency";
  if (intent.capture_method !== captureMethodOf(expected.capture)) return "way to take it";
  return null;
}

/** `refused`: the bank said no, and the intent could still be confirmed with success. It is no decline before it is cancelled. */
export type IntentReading = FoundCharge | Readonly<{ kind: "refused"; code: DeclineCode; gatewayReference: string }>;

/**
 * What is known of a charge from the state of its intent. An intent that was never confirmed has charged nothing: `absent`.
 * One that was cancelled holds and takes nothing, for good.
 */
export function readIntent(expected: ExpectedIntent, value: unknown): IntentReading {
  const intent = intentSchema.safeParse(value).data;
  if (intent === undefined) return unknown("a PaymentIntent that cannot be read");
  const difference = findDifference(expected, intent);
  if (difference !== null) return unknown(`a PaymentIntent with another ${difference}`);
  switch (intent.status) {
    case "succeeded":
      if (!expected.capture) return unknown("a PaymentIntent that took what it was asked to hold");
      if (intent.amount_received !== intent.amount) return unknown("a PaymentIntent that took another amount");
      return { kind: "approved", state: "captured", gatewayReference: intent.id };
    case "requires_capture":
      if (expected.capture) return unknown("a PaymentIntent that holds what it was asked to take");
      if (intent.amount_capturable !== intent.amount) return unknown("a PaymentIntent that holds another amount");
      return { kind: "approved", state: "authorized", gatewayReference: intent.id };
    case "requires_payment_method":
    case "requires_confirmation":
      if (intent.last_payment_error === null) return { kind: "absent" };
      return { kind: "refused", code: codeIn(intent), gatewayReference: intent.id };
    case "canceled":
      return declined(codeIn(intent), intent.id);
    default:
      return unknown("a PaymentIntent whose outcome is not known yet");
  }
}

export function declined(code: DeclineCode, gatewayReference: string | null): ChargeOutcome {
  return { kind: "declined", code, message: DECLINE_MESSAGES[code], gatewayReference };
}

function codeIn({ last_payment_error: error }: Intent): DeclineCode {
  return error === null ? "processing_error" : declineCodeOf({ code: error.code, declineCode: error.decline_code });
}
