import { sql } from "drizzle-orm";
import { check, index, pgTable, text } from "drizzle-orm/pg-core";
import type { CustomerId, MerchantId } from "@/lib/ids/id";
import { bytes, keyIdColumn, moment, sealed } from "./columns";
import { dataKeys } from "./data-keys";
import { merchants } from "./merchants";

/**
 * A merchant's customers. What is known of a person is sealed under the customer's own key, and that under a data key. An
 * erased customer is a row without a key and without values: its payments keep pointing at it.
 */
export const customers = pgTable(
  "customers",
  {
    id: text("id").$type<CustomerId>().primaryKey(),
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    /** The customer's own key. Null once erased: what it sealed, in backups too, opens no more. */
    key: sealed("key"),
    /** The data key that `key` is sealed under: no data key goes while a customer hangs on it. */
    keyId: keyIdColumn("key_id", "key").references(() => dataKeys.kid),
    name: sealed("name"),
    email: sealed("email"),
    phone: sealed("phone"),
    taxId: sealed("tax_id"),
    /** JSON of the merchant's own names and values. */
    metadata: sealed("metadata"),
    /** HMACs of the normalised address and number, per merchant: to be found by, not to be read. */
    emailIndex: bytes("email_index"),
    phoneIndex: bytes("phone_index"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    erasedAt: moment("erased_at"),
  },
  (t) => [
    index("customers_newest").on(t.merchantId, t.mode, t.createdAt, t.id),
    index("customers_email").on(t.merchantId, t.mode, t.emailIndex),
    index("customers_phone").on(t.merchantId, t.mode, t.phoneIndex),
    index("customers_key").on(t.keyId, t.id),
    check("customers_mode", sql`${t.mode} in ('test', 'live')`),
    check("customers_phone_index", sql`(${t.phone} is null) = (${t.phoneIndex} is null)`),
    check(
      "customers_erased",
      sql`case when ${t.erasedAt} is null
        then num_nulls(${t.key}, ${t.name}, ${t.email}, ${t.metadata}, ${t.emailIndex}) = 0
        else num_nonnulls(${t.key}, ${t.name}, ${t.email}, ${t.phone}, ${t.taxId}, ${t.metadata}, ${t.emailIndex}, ${t.phoneIndex}) = 0 end`,
    ),
  ],
);
