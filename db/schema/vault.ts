import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { CardId, MerchantId } from "@/lib/ids/id";
import type { CardBrand } from "@/lib/sensitive/card-issuers";
import { bytes, moment } from "./columns";
import { merchants } from "./merchants";

/** Data keys, each wrapped by the master key that is kept elsewhere (PCI DSS 3.6.1.2). */
export const dataKeys = pgTable(
  "data_keys",
  {
    purpose: text("purpose").notNull(),
    kid: text("kid").notNull(),
    wrappedKey: text("wrapped_key").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.purpose, t.kid] })],
);

export const cards = pgTable(
  "cards",
  {
    id: text("id").$type<CardId>().primaryKey(),
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    /** The sealed number. The security code is never stored, not for a moment (PCI DSS 3.3.1). */
    number: text("number").notNull(),
    /** HMAC of the number under a key of its own, per merchant (PCI DSS 3.5.1.1). */
    fingerprint: bytes("fingerprint").notNull(),
    duplicateOf: text("duplicate_of").$type<CardId>(),
    brand: text("brand").$type<CardBrand>().notNull(),
    lastFour: text("last_four").notNull(),
    expMonth: integer("exp_month").notNull(),
    expYear: integer("exp_year").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    index("cards_merchant_created").on(t.merchantId, t.mode, t.createdAt, t.id),
    index("cards_fingerprint").on(t.merchantId, t.mode, t.fingerprint),
    check("cards_last_four", sql`${t.lastFour} ~ '^[0-9]{4}$'`),
    check("cards_expiry", sql`${t.expMonth} between 1 and 12`),
  ],
);
