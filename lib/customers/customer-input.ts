import { z } from "zod";
import { normalizeEmail } from "@/lib/auth/email";
import { documented } from "@/lib/openapi/documented";
import { pageCursor, pageLimit } from "@/lib/paging/keyset";
import { freeText } from "@/lib/sensitive/free-text";
import { METADATA_SCHEMA, metadata } from "@/lib/sensitive/metadata";

const NAME_LONGEST = 200;

const email = documented(
  z.string().refine((text) => text === text.trim() && normalizeEmail(text) !== null, {
    error: "Send an email address such as ada@example.com.",
  }),
  "An email address.",
  { as: { type: "string", format: "email" } },
);
const phone = documented(
  z.string().regex(/^\+[1-9][0-9]{6,14}$/, "Send a phone number in E.164, such as +919876543210."),
  "E.164.",
);
const taxId = documented(
  z.string().regex(/^[A-Z]{5}[0-9]{4}[A-Z]$/, "Send an Indian PAN, such as ABCDE1234F."),
  "An Indian PAN.",
);
const ownMetadata = documented(metadata.nullish(), "Your own names and values.", { as: METADATA_SCHEMA });

/** `POST /customers`. */
export const customerInput = z
  .strictObject({
    name: freeText(NAME_LONGEST),
    email,
    phone: phone.nullish(),
    tax_id: taxId.nullish(),
    metadata: ownMetadata,
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
    metadata: ownMetadata,
  })
  .transform((given) => ({
    name: given.name,
    email: given.email,
    phone: given.phone,
    taxId: given.tax_id,
    metadata: given.metadata === null ? {} : given.metadata,
  }));

/** In a query `+` stands for a space: a number that was not escaped is still read. */
const phoneInQuery = documented(
  z
    .string()
    .transform((text) => text.replace(/^ /, "+"))
    .pipe(phone),
  "Exactly this number, in E.164.",
  { as: { type: "string", pattern: "^\\+[1-9][0-9]{6,14}$" } },
);

/** `GET /customers`. */
export const customerListQuery = z
  .strictObject({
    email: documented(email.optional(), "Exactly this address."),
    phone: phoneInQuery.optional(),
    limit: pageLimit.default(25),
    cursor: pageCursor.optional(),
  })
  .transform(({ email: address, phone: number, limit, cursor = null }) => ({
    filter: { email: address, phone: number },
    page: { limit, cursor },
  }));
