import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { CardId, CustomerId, MerchantId, OperationId, PaymentId, RefundId } from "@/lib/ids/id";
import type { Currency } from "@/lib/money/currency";
import type { CardBrand } from "@/lib/sensitive/card-issuers";
import { minorUnits, moment } from "./columns";
import { customers } from "./customers";
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
    /** Given back for sure. */
    refundedMinor: minorUnits("refunded_minor").notNull().default(sql`0`),
    /** Claimed by refunds whose outcome is not known yet. */
    refundPendingMinor: minorUnits("refund_pending_minor").notNull().default(sql`0`),
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
    customerId: text("customer_id")
      .$type<CustomerId>()
      .references(() => customers.id),
    reference: text("reference"),
    description: text("description"),
    metadata: jsonb("metadata").$type<Record<string, string>>().notNull().default({}),
    failureCode: text("failure_code"),
    failureMessage: text("failure_message"),
    gatewayReference: text("gateway_reference"),
    /** Where it was begun: the acquirer and the account there. Null for what is older than this column, until `name_acquirer`. */
    gateway: text("gateway"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    // Ascending: a list, newest first, reads them backwards. DESC would be "nulls last" here and "nulls first" in an ORDER BY, and
    // of no use to it.
    index("payments_newest").on(t.merchantId, t.mode, t.createdAt, t.id),
    index("payments_status").on(t.merchantId, t.mode, t.status, t.createdAt, t.id),
    // For ever, among payments that took or may take money: a failed or voided one gives its reference back.
    uniqueIndex("payments_reference")
      .on(t.merchantId, t.mode, t.reference)
      .where(sql`${t.status} not in ('failed', 'voided')`),
    index("payments_by_reference").on(t.merchantId, t.mode, t.reference),
    index("payments_currency").on(t.merchantId, t.mode, t.currency, t.createdAt, t.id),
    // The function is in the migration: the amount in the currency's major units.
    index("payments_amount").on(t.merchantId, t.mode, sql`major_amount(${t.amountMinor}, ${t.currency})`),
    index("payments_card").on(t.cardId, t.createdAt, t.id),
    index("payments_last_four").on(t.merchantId, t.mode, t.cardLastFour, t.createdAt, t.id),
    index("payments_customer").on(t.customerId, t.createdAt).where(sql`${t.customerId} is not null`),
    check("payments_amount_positive", sql`${t.amountMinor} > 0`),
    check("payments_captured_within", sql`${t.capturedMinor} between 0 and ${t.amountMinor}`),
    // What is asked back counts before it is known: two refunds at once never promise more than was taken.
    check(
      "payments_refunded_within",
      sql`${t.refundedMinor} >= 0 and ${t.refundPendingMinor} >= 0 and ${t.refundedMinor} + ${t.refundPendingMinor} <= ${t.capturedMinor}`,
    ),
    check("payments_failure", sql`(${t.status} = 'failed') = (${t.failureCode} is not null)`),
    check(
      "payments_status_amounts",
      sql`case ${t.status}
        when 'captured' then ${t.capturedMinor} > 0 and ${t.refundedMinor} = 0
        when 'partially_refunded' then ${t.refundedMinor} > 0 and ${t.refundedMinor} < ${t.capturedMinor}
        when 'refunded' then ${t.capturedMinor} > 0 and ${t.refundedMinor} = ${t.capturedMinor}
        else ${t.status} in ('pending', 'authorized', 'voided', 'failed') and ${t.capturedMinor} = 0
      end`,
    ),
    // What the acquirer is still to be asked about.
    index("payments_pending").on(t.createdAt).where(sql`${t.status} = 'pending'`),
  ],
);

/** A capture or a void of a hold: written before the acquirer is asked, like a payment. */
export const paymentOperations = pgTable(
  "payment_operations",
  {
    id: text("id").$type<OperationId>().primaryKey(),
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .notNull()
      .references(() => payments.id),
    type: text("type", { enum: ["capture", "void"] }).notNull(),
    /** How much of the hold is taken; null for a void. */
    amountMinor: minorUnits("amount_minor"),
    status: text("status", { enum: ["pending", "succeeded", "failed"] }).notNull(),
    failureCode: text("failure_code"),
    /** Where it was begun: the acquirer and the account there. Null for what is older than this column, until `name_acquirer`. */
    gateway: text("gateway"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    // One at a time: a hold is taken or let go, never both.
    uniqueIndex("payment_operations_one_pending").on(t.paymentId).where(sql`${t.status} = 'pending'`),
    index("payment_operations_payment").on(t.paymentId, t.createdAt),
    index("payment_operations_pending").on(t.createdAt).where(sql`${t.status} = 'pending'`),
    check(
      "payment_operations_amount",
      sql`case ${t.type} when 'capture' then ${t.amountMinor} > 0 else ${t.type} = 'void' end`,
    ),
    check("payment_operations_void", sql`(${t.type} = 'void') = (${t.amountMinor} is null)`),
    check("payment_operations_status", sql`${t.status} in ('pending', 'succeeded', 'failed')`),
    check("payment_operations_failure", sql`(${t.status} = 'failed') = (${t.failureCode} is not null)`),
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
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .notNull()
      .references(() => payments.id),
    amountMinor: minorUnits("amount_minor").notNull(),
    status: text("status", { enum: ["pending", "succeeded", "failed"] }).notNull(),
    reason: text("reason"),
    failureCode: text("failure_code"),
    gatewayReference: text("gateway_reference"),
    /** Where it was begun: the acquirer and the account there. Null for what is older than this column, until `name_acquirer`. */
    gateway: text("gateway"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("refunds_payment").on(t.paymentId, t.createdAt, t.id),
    index("refunds_pending").on(t.createdAt).where(sql`${t.status} = 'pending'`),
    check("refunds_amount_positive", sql`${t.amountMinor} > 0`),
    check("refunds_status", sql`${t.status} in ('pending', 'succeeded', 'failed')`),
    check("refunds_failure", sql`(${t.status} = 'failed') = (${t.failureCode} is not null)`),
  ],
);
