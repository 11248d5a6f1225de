import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { EventId, MerchantId, WebhookDeliveryId, WebhookEndpointId } from "@/lib/ids/id";
import { moment, sealed } from "./columns";
import { EVENT_TYPES, events } from "./events";
import { merchants } from "./merchants";

/** Where a merchant wants to be told of what happens. */
export const webhookEndpoints = pgTable(
  "webhook_endpoints",
  {
    id: text("id").$type<WebhookEndpointId>().primaryKey(),
    merchantId: text("merchant_id")
      .$type<MerchantId>()
      .notNull()
      .references(() => merchants.id),
    mode: text("mode", { enum: ["test", "live"] }).notNull(),
    url: text("url").notNull(),
    /** Event types, or `*` for every one. */
    events: text("events").array().notNull(),
    /** Sealed: signing needs the secret itself. Null once deleted. */
    secret: sealed("secret"),
    /** The secret from before a rotation: both sign until `previous_secret_until`. */
    previousSecret: sealed("previous_secret"),
    previousSecretUntil: moment("previous_secret_until"),
    status: text("status", { enum: ["enabled", "disabled", "deleted"] })
      .notNull()
      .default("enabled"),
    createdAt: moment("created_at").notNull().defaultNow(),
    /** Events from here on are sent to it: when it was made, or enabled again. */
    enabledAt: moment("enabled_at").notNull().defaultNow(),
    /** Set when it was disabled, because nothing arrived there any more. */
    disabledAt: moment("disabled_at"),
  },
  (t) => [
    index("webhook_endpoints_newest").on(t.merchantId, t.mode, t.createdAt, t.id),
    check("webhook_endpoints_mode", sql`${t.mode} in ('test', 'live')`),
    check("webhook_endpoints_status", sql`${t.status} in ('enabled', 'disabled', 'deleted')`),
    check("webhook_endpoints_secret", sql`(${t.secret} is null) = (${t.status} = 'deleted')`),
    check("webhook_endpoints_previous", sql`(${t.previousSecret} is null) = (${t.previousSecretUntil} is null)`),
    check("webhook_endpoints_disabled", sql`${t.disabledAt} is null or ${t.status} <> 'enabled'`),
  ],
);

/** One event on its way to one endpoint. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: text("id").$type<WebhookDeliveryId>().primaryKey(),
    endpointId: text("endpoint_id")
      .$type<WebhookEndpointId>()
      .notNull()
      .references(() => webhookEndpoints.id),
    eventId: text("event_id")
      .$type<EventId>()
      .notNull()
      .references(() => events.id),
    /** 0 for the event as it happened; a replay of a time range counts up, so that each replays an event once. */
    replay: integer("replay").notNull().default(0),
    /** As the event has them: an event waits until those before it of the same thing have been tried. */
    resourceId: text("resource_id").notNull(),
    position: bigint("position", { mode: "bigint" }).notNull(),
    eventType: text("event_type", { enum: EVENT_TYPES }).notNull(),
    state: text("state", { enum: ["pending", "delivered", "failed"] })
      .notNull()
      .default("pending"),
    /** How often it was taken to be sent. It is also the fence: who took it earlier decides nothing any more. */
    attempts: integer("attempts").notNull().default(0),
    /** How far up the ladder of waits: 0 before the first attempt, and again after a retry by hand. */
    rung: integer("rung").notNull().default(0),
    nextAttemptAt: moment("next_attempt_at").notNull().defaultNow(),
    /** Until then nobody else sends it: whoever took it is at it, or dead. */
    leaseUntil: moment("lease_until"),
    /** When the first attempt ended, however. */
    triedAt: moment("tried_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
    /** When it was delivered or given up. */
    endedAt: moment("ended_at"),
  },
  (t) => [
    uniqueIndex("webhook_deliveries_once").on(t.endpointId, t.eventId, t.replay),
    // An event is swept once nothing points at it.
    index("webhook_deliveries_event").on(t.eventId),
    index("webhook_deliveries_newest").on(t.endpointId, t.createdAt, t.id),
    index("webhook_deliveries_due").on(t.endpointId, t.nextAttemptAt, t.position).where(sql`${t.state} = 'pending'`),
    index("webhook_deliveries_untried")
      .on(t.endpointId, t.resourceId, t.position)
      .where(sql`${t.state} = 'pending' and ${t.triedAt} is null`),
    index("webhook_deliveries_leased").on(t.endpointId).where(sql`${t.leaseUntil} is not null`),
    index("webhook_deliveries_delivered").on(t.endpointId, t.endedAt).where(sql`${t.state} = 'delivered'`),
    index("webhook_deliveries_ended").on(t.endedAt).where(sql`${t.state} <> 'pending'`),
    check("webhook_deliveries_state", sql`${t.state} in ('pending', 'delivered', 'failed')`),
    check("webhook_deliveries_ended", sql`(${t.endedAt} is null) = (${t.state} = 'pending')`),
  ],
);

/** Every attempt to deliver, with what came of it; nothing of what the receiver answered but its status. */
export const webhookAttempts = pgTable(
  "webhook_attempts",
  {
    deliveryId: text("delivery_id")
      .$type<WebhookDeliveryId>()
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    startedAt: moment("started_at").notNull().defaultNow(),
    /** Null while it is under way, and for ever when the server died over it: then nobody knows whether it arrived. */
    endedAt: moment("ended_at"),
    statusCode: integer("status_code"),
    /** Why there is no status: `timeout`, `address_refused`, `ECONNREFUSED` … */
    error: text("error"),
    latencyMs: integer("latency_ms"),
  },
  (t) => [
    primaryKey({ columns: [t.deliveryId, t.number] }),
    index("webhook_attempts_started").on(t.startedAt),
    check(
      "webhook_attempts_outcome",
      sql`num_nonnulls(${t.statusCode}, ${t.error}) = case when ${t.endedAt} is null then 0 else 1 end`,
    ),
  ],
);
