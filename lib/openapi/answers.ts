import { z } from "zod";
import { ERROR_CODES } from "@/lib/errors/error-codes";
import { EVENT_TYPES } from "@/lib/events/event-store";
import { DECLINE_CODES } from "@/lib/gateway/decline-code";
import { AMOUNT_PATTERN } from "@/lib/money/parse-money";
import { PAYMENT_STATUSES } from "@/lib/payments/payment-status";
import { SIGNED_PARTS } from "@/lib/request-signing/explain-signature";
import { CARD_BRANDS } from "@/lib/sensitive/card-issuers";
import { nullable, objectId, timestamp } from "./parts";

/**
 * What the API answers. Strict, so that the tests, which put every real answer through these, see a member that is not
 * documented. The document itself leaves room for members to come.
 */
export const answerComponents = z.registry<{ id: string }>();

const amount = (description: string) =>
  z
    .string()
    .regex(AMOUNT_PATTERN)
    .meta({ description, examples: ["1234.56"] });
const mode = z.enum(["test", "live"]).meta({ description: "Test and live data never meet." });
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .meta({ description: "ISO 4217.", examples: ["INR"] });
const metadata = z.record(z.string(), z.string()).meta({ description: "Your own names and values." });
const brand = z.enum(CARD_BRANDS);
const last4 = z
  .string()
  .regex(/^[0-9]{4}$/)
  .meta({ description: "The last four digits." });
const expMonth = z.int().min(1).max(12);
const expYear = z.int().min(2000).max(2099);

export const cardAnswer = z
  .strictObject({
    id: objectId("tok").meta({ description: "The token: send it as `card` of a payment." }),
    object: z.literal("card"),
    brand,
    last4,
    exp_month: expMonth,
    exp_year: expYear,
    fingerprint: nullable(z.string().regex(/^[0-9a-f]+$/)).meta({
      description: "The same for the same number, whatever its expiry. It differs between merchants.",
    }),
    customer: nullable(objectId("cus")),
    duplicate_of: nullable(objectId("tok")).meta({ description: "Your earlier card with the same number." }),
    mode,
    created_at: timestamp,
  })
  .register(answerComponents, { id: "Card" });

export const customerAnswer = z
  .strictObject({
    id: objectId("cus"),
    object: z.literal("customer"),
    name: nullable(z.string()).meta({
      description: "Null only in a list, where the customer's key cannot be opened now.",
    }),
    email: nullable(z.string()),
    phone: nullable(z.string()).meta({ description: "Masked.", examples: ["+91••••••3210"] }),
    tax_id: nullable(z.string()).meta({ description: "Masked.", examples: ["••••••234F"] }),
    metadata,
    mode,
    created_at: timestamp,
    updated_at: timestamp,
  })
  .register(answerComponents, { id: "Customer" });

const failure = z.strictObject({
  code: z.enum(DECLINE_CODES),
  message: z.string().meta({ description: "For the person who pays: what happened, and what to do." }),
});

const pendingOperation = z.strictObject({
  type: z.enum(["capture", "void"]),
  amount: nullable(amount("What a capture takes; null for a void.")),
});

export const paymentAnswer = z
  .strictObject({
    id: objectId("pay"),
    object: z.literal("payment"),
    status: z.enum(PAYMENT_STATUSES).meta({
      description: "`pending` means that the acquirer's answer is not known yet. It is neither success nor failure.",
    }),
    amount: amount("In major units, with the decimals that the currency has."),
    amount_captured: amount("What has been taken."),
    amount_refunded: amount("What has been given back; refunds under way are not in it."),
    currency,
    card: z.strictObject({ id: objectId("tok"), brand, last4, exp_month: expMonth, exp_year: expYear }),
    customer: nullable(objectId("cus")),
    reference: nullable(z.string()),
    description: nullable(z.string()),
    metadata,
    failure: nullable(failure).meta({ description: "Why the acquirer said no, where the status is `failed`." }),
    pending_operation: nullable(pendingOperation).meta({
      description: "A capture or void whose outcome is not known yet; the status changes once it is.",
    }),
    gateway_reference: nullable(z.string()).meta({ description: "The acquirer's own name for it." }),
    mode,
    created_at: timestamp,
    updated_at: timestamp,
  })
  .register(answerComponents, { id: "Payment" });

export const refundAnswer = z
  .strictObject({
    id: objectId("ref"),
    object: z.literal("refund"),
    payment: objectId("pay"),
    amount: amount("What is given back."),
    currency,
    status: z.enum(["succeeded", "pending", "failed"]).meta({
      description: "`pending` until the acquirer's answer is known; `failed` gave nothing back.",
    }),
    reason: nullable(z.string()),
    created_at: timestamp,
  })
  .register(answerComponents, { id: "Refund" });

type EventType = (typeof EVENT_TYPES)[number];
const typesOf = (prefix: string) => z.enum(EVENT_TYPES.filter((type): type is EventType => type.startsWith(prefix)));
const eventOf = (types: z.ZodEnum<Record<string, EventType>>, data: z.ZodType) =>
  z.strictObject({ id: objectId("evt"), type: types, created_at: timestamp, data });

export const eventAnswer = z
  .union([
    eventOf(typesOf("payment."), paymentAnswer),
    eventOf(typesOf("refund."), refundAnswer),
    eventOf(typesOf("card."), cardAnswer),
    eventOf(typesOf("customer."), z.strictObject({ id: objectId("cus") })),
  ])
  .meta({
    description:
      "What has happened, with the object as it was right after it. An erased customer's holds the id alone.",
  })
  .register(answerComponents, { id: "Event" });

/** One page of a list, newest first. */
export function listOf(item: z.ZodType, id: string) {
  return z
    .strictObject({
      data: z.array(item),
      next_cursor: nullable(z.string()).meta({
        description: "Send it as `cursor` for the next page; null on the last.",
      }),
    })
    .register(answerComponents, { id });
}

const CODES = Object.keys(ERROR_CODES);

export const problemAnswer = z
  .strictObject({
    type: z.string().meta({ description: "Where the code is explained, relative to this server." }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: "What is wrong with this call, and what to do." }),
    code: z.enum(CODES).meta({ description: "What to program against: codes do not change, texts may." }),
    request_id: z.string().meta({ description: "The same as in `X-Request-Id`. Tell us when you ask about a call." }),
    errors: z
      .array(z.strictObject({ pointer: z.string(), code: z.enum(CODES), detail: z.string() }))
      .optional()
      .meta({ description: "With 422: each field that is wrong, by its JSON pointer (RFC 6901)." }),
    signed_string: z.string().optional().meta({
      description: "With `signature_invalid` and a test key: what was signed here, see the guide on signing.",
    }),
    first_difference: nullable(
      z.strictObject({
        part: z.enum(SIGNED_PARTS),
        offset: z.int().min(0).meta({ description: "In bytes, from the beginning of the part." }),
        expected: z.string(),
        got: z.string(),
      }),
    )
      .optional()
      .meta({
        description: "Where the `X-Signed-String` of the call begins to differ from it; null where it does not.",
      }),
  })
  .meta({ description: "RFC 9457 problem details." })
  .register(answerComponents, { id: "Problem" });
