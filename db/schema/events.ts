import { sql } from "drizzle-orm";
import { bigint, index, json, pgTable, text } from "drizzle-orm/pg-core";
import type { EventId, MerchantId } from "@/lib/ids/id";
import { moment } from "./columns";
import { merchants } from "./merchants";

export const EVENT_TYPES = [
  "payment.authorized",
  "payment.captured",
  "payment.failed",
  "payment.voided",
  "refund.succeeded",
  "refund.failed",
  "card.created",
  "card.deleted",
  "customer.erased",
] as const;

/**
 * What has happened, written in the transaction in which it happens; what webhooks are sent from. Rows are never changed but for
 * `dispatched_at`, and for a card's fingerprint, which goes with the card's. They are kept for 90 days.
 */
export const events = pgTable(
  "events",
  {
    id: text("id").$type<EventId>().primaryKey(),
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    type: text("type", { enum: EVENT_TYPES }).notNull(),
    /** The payment, refund, card or customer that it is about. */
    resourceId: text("resource_id").notNull(),
    /** The object as the API shows it. `json`, not `jsonb`: its members keep the contract's order. */
    data: json("data").$type<Readonly<Record<string, unknown>>>().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    /** Their order in the list. One that commits late may have a lower number than one that is seen already. */
    position: bigint("position", { mode: "bigint" }).generatedAlwaysAsIdentity().notNull(),
    /** The request in which it happened, from the transaction's context; null for what happened by itself. */
    requestId: text("request_id").default(
      sql`(nullif(current_setting('countinghouse.context', true), '')::jsonb ->> 'requestId')`,
    ),
    /** Null until it has been handed to the merchant's webhooks. */
    dispatchedAt: moment("dispatched_at"),
  },
  (t) => [
    index("events_newest").on(t.merchantId, t.mode, t.position),
    index("events_type").on(t.merchantId, t.mode, t.type, t.position),
    index("events_resource").on(t.resourceId),
    // Rows come in this order, so this costs next to nothing. For the sweep.
    index("events_created").using("brin", t.createdAt),
    index("events_undispatched").on(t.position).where(sql`${t.dispatchedAt} is null`),
  ],
);
