import { z } from "zod";
import { AMOUNT_PATTERN, AMOUNT_SCHEMA } from "@/lib/money/parse-money";
import { documented } from "@/lib/openapi/documented";
import { pageCursor, pageLimit } from "@/lib/paging/keyset";
import { freeText } from "@/lib/sensitive/free-text";

const AMOUNT_INVALID = 'Send a decimal string in major units, above zero, such as "12.50".';

/**
 * A part of a payment's amount, as text: what it is worth depends on the payment's currency, which is looked up later. Left
 * out it means all of it; `null` is refused, for whoever sends it may have meant an amount.
 */
const partialAmount = z
  .unknown()
  .optional()
  .transform((amount, context) => {
    if (amount === undefined) return null;
    if (typeof amount === "string" && AMOUNT_PATTERN.test(amount) && /[1-9]/.test(amount)) return amount;
    context.addIssue({ code: "custom", message: AMOUNT_INVALID, params: { code: "amount_invalid" } });
    return z.NEVER;
  });

/** `POST /payments/{id}/capture`. */
export const captureInput = z.strictObject({
  amount: documented(partialAmount, "At most what is held; the rest is released. Left out: all of it.", {
    as: AMOUNT_SCHEMA,
  }),
});

/** `POST /payments/{id}/void`. */
export const voidInput = z.strictObject({});

/** `POST /payments/{id}/refunds`. */
export const refundInput = z.strictObject({
  amount: documented(partialAmount, "At most what is left to give back. Left out: all of that.", { as: AMOUNT_SCHEMA }),
  reason: documented(
    freeText(500)
      .nullish()
      .transform((reason) => reason ?? null),
    "For people: why it is given back.",
  ),
});

/** `GET /payments/{id}/refunds`. */
export const refundListQuery = z
  .strictObject({ limit: pageLimit.default(25), cursor: pageCursor.optional() })
  .transform(({ limit, cursor = null }) => ({ limit, cursor }));
