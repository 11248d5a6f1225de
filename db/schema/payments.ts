import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { CardId, MerchantId, PaymentId, RefundId } from "@/lib/ids/id";
import type { Currency } from "@/lib/money/currency";
import type { CardBrand } from "@/lib/sensitive/card-issuers";
import { minorUnits, moment } from "./columns";
import { merchants } from "./merchants";
import { cards } from "./vault";

export const payments = pgTable(
  "payments",
  {
    id: text("id").$type<PaymentId>().primaryKey(),
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    status: text("status", {
      enum: ["pending", "authorized", "captured", "partially_refunded", "refunded", "voided", "failed"],
    }).notNull(),
    currency: text("currency").$type<Currency>().notNull(),
    amountMinor: minorUnits("amount_minor").notNull(),
    capturedMinor: minorUnits("captured_minor").notNull().default(sql`0`),
    refundedMinor: minorUnits("refunded_minor").notNull().default(sql`0`),
    /** Take the money at once, or only hold it. */
    capture: boolean("capture").notNull(),
    cardId: text("card_id")
      .$type<CardId>()
      .notNull()
      .references(() => cards.id),
    /** What the card looked like when it was charged: a card may be deleted, its payments stay readable. */
    cardBrand: text("card_brand").$type<CardBrand>().notNull(),
    cardLastFour: text("card_last_four").notNull(),
    cardExpMonth: integer("card_exp_month").notNull(),
    cardExpYear: integer("card_exp_year").notNull(),
    reference: text("reference"),
    description: text("description"),
    metadata: jsonb("metadata").$type<Record<string, string>>().notNull().default({}),
    failureCode: text("failure_code"),
    failureMessage: text("failure_message"),
    gatewayReference: text("gateway_reference"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("payments_newest").on(t.merchantId, t.mode, t.createdAt.desc(), t.id.desc()),
    index("payments_status").on(t.merchantId, t.mode, t.status, t.createdAt.desc(), t.id.desc()),
    // For ever, among payments that took or may take money: a failed or voided one gives its reference back.
    uniqueIndex("payments_reference")
      .on(t.merchantId, t.mode, t.reference)
      .where(sql`${t.status} not in ('failed', 'voided')`),
    index("payments_by_reference").on(t.merchantId, t.mode, t.reference),
    index("payments_card").on(t.cardId),
    check("payments_amount_positive", sql`${t.amountMinor} > 0`),
    check("payments_captured_within", sql`${t.capturedMinor} between 0 and ${t.amountMinor}`),
    check("payments_refunded_within", sql`${t.refundedMinor} between 0 and ${t.capturedMinor}`),
    check("payments_failure", sql`(${t.status} = 'failed') = (${t.failureCode} is not null)`),
    check(
      "payments_captured_status",
      sql`(${t.status} in ('captured', 'partially_refunded', 'refunded')) = (${t.capturedMinor} > 0)`,
    ),
  ],
);

export const refunds = pgTable(
  "refunds",
  {
    id: text("id").$type<RefundId>().primaryKey(),
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .notNull()
      .references(() => payments.id),
    amountMinor: minorUnits("amount_minor").notNull(),
    status: text("status", { enum: ["pending", "succeeded", "failed"] }).notNull(),
    reason: text("reason"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("refunds_payment").on(t.paymentId, t.createdAt),
    check("refunds_amount_positive", sql`${t.amountMinor} > 0`),
  ],
);
