import { z } from "zod";
import { normalizeEmail } from "@/lib/auth/email";
import { pageCursor, pageLimit } from "@/lib/paging/keyset";
import { freeText } from "@/lib/sensitive/free-text";
import { metadata } from "@/lib/sensitive/metadata";

const NAME_LONGEST = 200;

const email = z.string().refine((text) => text === text.trim() && normalizeEmail(text) !== null, {
  error: "Send an email address such as ada@example.com.",
});
const phone = z.string().regex(/^\+[1-9][0-9]{6,14}$/, "Send a phone number in E.164, such as +919876543210.");
const taxId = z.string().regex(/^[A-Z]{5}[0-9]{4}[A-Z]$/, "Send an Indian PAN, such as ABCDE1234F.");

/** `POST /customers`. */
export const customerInput = z
  .strictObject({
    name: freeText(NAME_LONGEST),
    email,
    phone: phone.nullish(),
    tax_id: taxId.nullish(),
    metadata: metadata.nullish(),
  })
  .transform((given) => ({
    name: given.name,
    email: given.email,
    phone: given.phone ?? null,
    taxId: given.tax_id ?? null,
    metadata: given.metadata ?? {},
  }));

/** `PATCH /customers/{id}`: what is not sent stays, null takes away, `metadata` is replaced as a whole. */
export const customerChanges = z
  .strictObject({
    name: freeText(NAME_LONGEST).optional(),
    email: email.optional(),
    phone: phone.nullish(),
    tax_id: taxId.nullish(),
    metadata: metadata.nullish(),
  })
  .transform((given) => ({
    name: given.name,
    email: given.email,
    phone: given.phone,
    taxId: given.tax_id,
    metadata: given.metadata === null ? {} : given.metadata,
  }));

/** In a query `+` stands for a space: a number that was not escaped is still read. */
const phoneInQuery = z
  .string()
  .transform((text) => text.replace(/^ /, "+"))
  .pipe(phone);

/** `GET /customers`. */
export const customerListQuery = z
  .strictObject({
    email: email.optional(),
    phone: phoneInQuery.optional(),
    limit: pageLimit.default(25),
    cursor: pageCursor.optional(),
  })
  .transform(({ email: address, phone: number, limit, cursor = null }) => ({
    filter: { email: address, phone: number },
    page: { limit, cursor },
  }));
