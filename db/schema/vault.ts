import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import type { CardId, CustomerId, MerchantId } from "@/lib/ids/id";
import type { CardBrand } from "@/lib/sensitive/card-issuers";
import { bytes, keyIdColumn, moment, sealed } from "./columns";
import { customers } from "./customers";
import { dataKeys } from "./data-keys";
import { merchants } from "./merchants";

export const cards = pgTable(
  "cards",
  {
    id: text("id").$type<CardId>().primaryKey(),
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    customerId: text("customer_id")
      .$type<CustomerId>()
      .references(() => customers.id),
    /** Null once shredded. The security code is never stored, not for a moment (PCI DSS 3.3.1). */
    number: sealed("number"),
    /** The data key that `number` is sealed under: no data key goes while a card hangs on it. */
    keyId: keyIdColumn("key_id", "number").references(() => dataKeys.kid),
    /** HMAC of the number under a key of its own, per merchant (PCI DSS 3.5.1.1). Shredded with a deleted card's number. */
    fingerprint: bytes("fingerprint"),
    duplicateOf: text("duplicate_of").$type<CardId>(),
    brand: text("brand").$type<CardBrand>().notNull(),
    lastFour: text("last_four").notNull(),
    expMonth: integer("exp_month").notNull(),
    expYear: integer("exp_year").notNull(),
    /** Typed in for one payment: its number is kept only if a payment with it is taken. */
    oneOff: boolean("one_off").notNull().default(false),
    createdAt: moment("created_at").notNull().defaultNow(),
    /** No payment may be started with it any more; its number goes at once, or when the last pending one is settled. */
    deletedAt: moment("deleted_at"),
    /** The same for a merchant that keeps no numbers, when the first authorisation with it was settled; and for a one-off that was declined. */
    spentAt: moment("spent_at"),
  },
  (t) => [
    index("cards_merchant_created").on(t.merchantId, t.mode, t.createdAt, t.id),
    index("cards_fingerprint").on(t.merchantId, t.mode, t.fingerprint),
    index("cards_customer").on(t.customerId),
    index("cards_key").on(t.keyId, t.id),
    // What is to be shredded and is not yet: nearly always nothing.
    index("cards_to_shred")
      .on(t.id)
      .where(sql`${t.number} is not null and (${t.deletedAt} is not null or ${t.spentAt} is not null)`),
    check("cards_number", sql`${t.number} is not null or ${t.deletedAt} is not null or ${t.spentAt} is not null`),
    check("cards_fingerprint", sql`${t.fingerprint} is not null or ${t.deletedAt} is not null`),
    check("cards_last_four", sql`${t.lastFour} ~ '^[0-9]{4}$'`),
    check("cards_expiry", sql`${t.expMonth} between 1 and 12`),
  ],
);
