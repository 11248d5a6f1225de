import { z } from "zod";
import { parseId } from "@/lib/ids/id";
import { documented } from "@/lib/openapi/documented";
import { pageCursor, pageLimit } from "@/lib/paging/keyset";
import { filterText } from "@/lib/sensitive/free-text";
import { cardBrand } from "./card-brand";
import { parseCvc } from "./card-cvc";
import { parseExpiry } from "./card-expiry";
import { parseCardNumber } from "./card-number";

/** `POST /cards`. */
export const cardInput = z.strictObject({
  number: documented(
    z.unknown().optional(),
    "12 to 19 digits; single spaces or dashes between them are fine. No answer ever holds it.",
    {
      as: { type: "string", pattern: "^[0-9](?:[ -]?[0-9]){11,18}$", examples: ["4242424242424242"] },
      needed: true,
    },
  ),
  exp_month: z.number().int().min(1).max(12),
  exp_year: z.number().int().min(2000).max(2099),
  cvc: documented(
    z.unknown().optional(),
    "4 digits for American Express, else 3. It is checked for its shape and not kept: send it with the payment too.",
    { as: { type: ["string", "null"], pattern: "^[0-9]{3,4}$" } },
  ),
  customer: documented(z.string().max(64).nullish(), "The id of the customer whose card it is."),
});

/**
 * The same at a moment by the database's clock, with the card checked. The security code is checked for its shape and
 * dropped: it is no part of the result. Whatever is wrong with number or code, its type too, has the contract's code for it.
 */
export const checkedCard = (calledAt: Date) =>
  cardInput.transform((input, context) => {
    const refuse = (path: string, code: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message, params: { code } });

    const parsed = parseCardNumber(input.number);
    if (!parsed.ok) refuse("number", "card_number_invalid", "This is not a card number. Check its digits.");
    const expiry = parseExpiry(input.exp_month, input.exp_year, calledAt);
    if (!expiry.ok) refuse("exp_year", "card_expired", "This card has expired. Use another one.");
    if (
      input.cvc !== undefined &&
      input.cvc !== null &&
      parsed.ok &&
      !parseCvc(input.cvc, cardBrand(parsed.number)).ok
    ) {
      refuse("cvc", "cvc_invalid", "The security code has 3 digits, or 4 for American Express.");
    }
    const { customer = null } = input;
    const customerId = customer === null ? null : parseId("cus", customer);
    if (customer !== null && !customerId) refuse("customer", "customer_not_found", "There is no such customer.");
    if (!parsed.ok || !expiry.ok || context.issues.length > 0) return z.NEVER;
    return { number: parsed.number, expMonth: expiry.expiry.month, expYear: expiry.expiry.year, customerId };
  });

/** `GET /cards`. */
export const cardListQuery = z
  .strictObject({
    customer: documented(filterText(64).optional(), "Of this customer."),
    limit: pageLimit.default(25),
    cursor: pageCursor.optional(),
  })
  .transform(({ customer, limit, cursor = null }) => ({ filter: { customer }, page: { limit, cursor } }));
