import { z } from "zod";
import { instant } from "@/lib/calendar/bounds";
import { type CardId, parseId } from "@/lib/ids/id";
import { parseCurrency } from "@/lib/money/currency";
import type { Money } from "@/lib/money/money";
import { AMOUNT_PATTERN, AMOUNT_SCHEMA, parsePositiveMoney } from "@/lib/money/parse-money";
import { documented } from "@/lib/openapi/documented";
import { pageCursor, pageLimit } from "@/lib/paging/keyset";
import { filterText, freeText } from "@/lib/sensitive/free-text";
import { METADATA_SCHEMA, metadata } from "@/lib/sensitive/metadata";
import type { PaymentFilter } from "./payment-list-store";
import { PAYMENT_STATUSES } from "./payment-status";

const AMOUNT_ERRORS = {
  amount_invalid: ["/amount", 'Send a decimal string in major units, above zero, such as "12.50".'],
  amount_precision: ["/amount", "The amount has more decimals than its currency."],
  currency_unsupported: ["/currency", "Send an ISO 4217 currency code that has minor units, such as INR."],
} as const;

const AMOUNT_SAYS = "In major units, above zero, with at most the decimals that the currency has.";

/** `POST /payments`: parsed to money and ids, so that nothing behind it sees an unchecked string. */
export const paymentInput = z
  .strictObject({
    // Missing or of another type, each of these is refused under its own code below.
    amount: documented(z.unknown().optional(), AMOUNT_SAYS, { as: AMOUNT_SCHEMA, needed: true }),
    currency: documented(z.unknown().optional(), "ISO 4217, in any case.", {
      as: { type: "string", pattern: "^[A-Za-z]{3}$", examples: ["INR"] },
      needed: true,
    }),
    card: documented(z.unknown().optional(), "The token of a card, from `POST /cards`.", {
      as: { type: "string", pattern: "^tok_" },
      needed: true,
    }),
    cvc: documented(z.unknown().optional(), "The security code, for this one payment. It is not kept.", {
      as: { type: ["string", "null"], pattern: "^[0-9]{3,4}$" },
    }),
    customer: documented(z.string().max(64).nullish(), "The id of one of your customers."),
    reference: documented(
      freeText(255).nullish(),
      "Your own name for what is paid. Of all payments with it, one at most is ever taken.",
    ),
    description: documented(freeText(1000).nullish(), "For people: what is paid."),
    metadata: documented(metadata.nullish(), "Your own names and values.", { as: METADATA_SCHEMA }),
    capture: documented(z.boolean().default(true), "False only holds the amount, to be captured or voided later."),
  })
  .transform((input, context) => {
    const amount = amountOf(input.amount, input.currency, context);
    const card = parseId("tok", input.card);
    if (!card) {
      refuse(context, "/card", "card_not_found", "There is no such card. Tokenise it with POST /cards first.");
    }
    const cvc = input.cvc ?? null;
    if (cvc !== null && !isSecurityCode(cvc)) {
      refuse(context, "/cvc", "cvc_invalid", "The security code has 3 digits, or 4 for American Express.");
    }
    const { customer = null } = input;
    const customerId = customer === null ? null : parseId("cus", customer);
    if (customer !== null && !customerId) {
      refuse(context, "/customer", "customer_not_found", "There is no such customer.");
    }
    if (!amount || !card || (cvc !== null && !isSecurityCode(cvc)) || context.issues.length > 0) return z.NEVER;
    return {
      amount,
      cardId: card satisfies CardId,
      customerId,
      cvc,
      capture: input.capture,
      reference: input.reference ?? null,
      description: input.description ?? null,
      metadata: input.metadata ?? {},
    };
  });

/** Its brand says whether it is three or four; which brand, the card's row says. */
function isSecurityCode(value: unknown): value is string {
  return typeof value === "string" && /^[0-9]{3,4}$/.test(value);
}

function amountOf(amount: unknown, currency: unknown, context: z.RefinementCtx): Money | null {
  const parsed = parsePositiveMoney(amount, currency);
  if (parsed.ok) return parsed.money;
  const codes = new Set([parsed.code]);
  // An amount is measured in its currency; each may be wrong by itself.
  if (parseCurrency(currency) === null) codes.add("currency_unsupported");
  if (typeof amount !== "string" || !AMOUNT_PATTERN.test(amount)) codes.add("amount_invalid");
  for (const code of codes) refuse(context, AMOUNT_ERRORS[code][0], code, AMOUNT_ERRORS[code][1]);
  return null;
}

function refuse(context: z.RefinementCtx, pointer: string, code: string, message: string): void {
  context.addIssue({ code: "custom", path: [pointer.slice(1)], message, params: { code } });
}

const decimal = z.string().regex(/^(0|[1-9][0-9]{0,11})(\.[0-9]{1,20})?$/, "Send a decimal amount such as 12.50.");

/** `GET /payments`. Amounts are compared in the currency's major units, so they need a currency. */
export const paymentListQuery = z
  .strictObject({
    limit: pageLimit.default(25),
    cursor: pageCursor.optional(),
    status: z.enum(PAYMENT_STATUSES).optional(),
    currency: documented(z.string().optional(), "ISO 4217, in any case.", {
      as: { type: "string", pattern: "^[A-Za-z]{3}$" },
    }),
    reference: documented(filterText(255).optional(), "Exactly this reference."),
    customer: documented(filterText(64).optional(), "Of this customer."),
    card: documented(filterText(64).optional(), "With this card."),
    created_from: documented(instant.optional(), "From this time on; RFC 3339, with any offset."),
    created_to: documented(instant.optional(), "Up to this time."),
    amount_min: documented(decimal.optional(), "At least this, in major units, in whatever currency."),
    amount_max: documented(decimal.optional(), "At most this."),
  })
  .transform((query, context) => {
    const currency = query.currency === undefined ? null : parseCurrency(query.currency);
    if (query.currency !== undefined && !currency) {
      refuse(context, "/currency", "currency_unsupported", AMOUNT_ERRORS.currency_unsupported[1]);
      return z.NEVER;
    }
    const { limit, cursor = null, created_from, created_to, amount_min, amount_max, ...same } = query;
    const filter: PaymentFilter = {
      ...same,
      currency: currency ?? undefined,
      createdFrom: created_from,
      createdTo: created_to,
      amountMin: amount_min,
      amountMax: amount_max,
    };
    return { page: { limit, cursor }, filter };
  });
