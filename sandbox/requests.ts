import { z } from "zod";
import { parseAmount } from "./amounts";

const amount = z.string().transform((text, context) => {
  const parsed = parseAmount(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: "custom", message: "not an amount" });
  return z.NEVER;
});

const currency = z.string().regex(/^[A-Z]{3}$/);
const merchant = z.string().min(1).max(64);
const reference = z.string().max(255).nullable();
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

/** 1 to 255 printable ASCII characters. */
export const idempotencyKeySchema = z.string().regex(/^[\x20-\x7e]{1,255}$/);

export const chargeRequestSchema = z.strictObject({
  amount,
  currency,
  card: z.strictObject({
    number: z.string().regex(/^[0-9]{12,19}$/),
    exp_month: z.int().min(1).max(12),
    exp_year: z.int().min(2000).max(2200),
  }),
  cvc: z
    .string()
    .regex(/^[0-9]{3,4}$/)
    .nullable()
    .default(null),
  capture: z.boolean(),
  reference: reference.default(null),
  merchant,
});
export type ChargeRequest = z.output<typeof chargeRequestSchema>;

export const captureRequestSchema = z.strictObject({ amount: amount.optional() });
export const voidRequestSchema = z.strictObject({});
export const refundRequestSchema = z.strictObject({ amount });

const declineCode = z.enum([
  "card_declined",
  "insufficient_funds",
  "expired_card",
  "incorrect_cvc",
  "processing_error",
]);

const historicalBase = z.strictObject({
  id: z
    .string()
    .regex(/^ch_[0-9a-z]{8,40}$/)
    .optional(),
  idempotency_key: idempotencyKeySchema,
  merchant,
  reference: reference.default(null),
  amount,
  currency,
  card: z.strictObject({ last4: z.string().regex(/^[0-9]{4}$/) }),
  created_at: time,
});

/** A charge of the past. `captured` is the whole amount unless it says less. */
export const historicalChargeSchema = z.discriminatedUnion("status", [
  historicalBase.extend({ status: z.literal("authorized") }),
  historicalBase.extend({ status: z.literal("voided") }),
  historicalBase.extend({ status: z.literal("declined"), decline_code: declineCode }),
  historicalBase.extend({
    status: z.literal("captured"),
    captured: amount.optional(),
    refunds: z
      .array(z.strictObject({ idempotency_key: idempotencyKeySchema, amount, created_at: time }))
      .max(100)
      .default([]),
  }),
]);
export type HistoricalCharge = z.output<typeof historicalChargeSchema>;

export const historySchema = z.array(historicalChargeSchema).max(50_000);
