import Stripe from "stripe";
import { z } from "zod";
import type { DeclineCode } from "../decline-code";
import { GatewayRefusal, type Unknown } from "../payment-gateway";
import { LostAnswer } from "./http-client";

/** Stripe's own words about a request that it did not carry out. */
export type StripeRefusal = Readonly<{
  kind: "card" | "request" | "conflict";
  status: number;
  code: string | null;
  declineCode: string | null;
  param: string | null;
  /** As Stripe sent it along; read it as anything else from there. */
  intent: unknown;
}>;

const word = z
  .string()
  .regex(/^[A-Za-z0-9_.[\]-]{1,100}$/)
  .catch("unreadable")
  .nullish()
  .transform((text) => text ?? null);
const rawSchema = z.object({
  type: z.string(),
  code: word,
  decline_code: word,
  param: word,
  payment_intent: z.unknown().optional(),
});

/**
 * What a failed request of the package means: Stripe's plain refusal, or `unknown`, which is everything else (no whole
 * answer, 401, 409, 429, 5xx, an answer that cannot be read). `reason` holds nothing that Stripe sent but its codes.
 */
export function readStripeError(error: unknown): StripeRefusal | Unknown {
  const lost = lostAnswerIn(error);
  if (lost !== null) return unknown(lost);
  if (!(error instanceof Stripe.errors.StripeError)) return unknown("an answer that cannot be read");
  const status = error.statusCode ?? 0;
  const raw = rawSchema.safeParse(error.raw).data;
  if (raw === undefined || ![400, 402, 403, 404].includes(status)) {
    return unknown(status === 0 ? "an answer that cannot be read" : `status ${status}`);
  }
  const words = { status, code: raw.code, declineCode: raw.decline_code, param: raw.param, intent: raw.payment_intent };
  if (raw.type === "idempotency_error") return { kind: "conflict", ...words };
  if (raw.type === "card_error") return { kind: "card", ...words };
  if (raw.type === "invalid_request_error") return { kind: "request", ...words };
  return unknown(`status ${status}`);
}

export const unknown = (reason: string): Unknown => ({ kind: "unknown", reason });

/** For a question: a refusal to answer it says nothing about money. */
export function refusalAsUnknown(error: unknown): Unknown {
  const refusal = readStripeError(error);
  return refusal.kind === "unknown" ? refusal : unknown(`status ${refusal.status}`);
}

/** For a refusal that no call knows what to make of: a defect on our side, or of the account's settings. */
export function throwRefusal({ kind, status }: StripeRefusal): never {
  throw new GatewayRefusal(kind === "conflict" ? "idempotency_conflict" : "request_invalid", status);
}

function lostAnswerIn(error: unknown): string | null {
  if (error instanceof LostAnswer) return error.message;
  if (!(error instanceof Stripe.errors.StripeConnectionError)) return null;
  return error.detail instanceof LostAnswer ? error.detail.message : "connection lost (no code)";
}

const DECLINES: Readonly<Record<string, DeclineCode>> = {
  insufficient_funds: "insufficient_funds",
  withdrawal_count_limit_exceeded: "insufficient_funds",
  expired_card: "expired_card",
  invalid_expiry_month: "expired_card",
  invalid_expiry_year: "expired_card",
  incorrect_cvc: "incorrect_cvc",
  invalid_cvc: "incorrect_cvc",
  processing_error: "processing_error",
  issuer_not_available: "processing_error",
  try_again_later: "processing_error",
  reenter_transaction: "processing_error",
};

/** docs.stripe.com/declines/codes, in our words. The issuer's reason says more than the error's code. */
export function declineCodeOf({ code, declineCode }: Pick<StripeRefusal, "code" | "declineCode">): DeclineCode {
  for (const word of [declineCode, code]) {
    const known = word !== null && Object.hasOwn(DECLINES, word) ? DECLINES[word] : undefined;
    if (known !== undefined) return known;
  }
  return "card_declined";
}
