import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { PaymentId } from "@/lib/ids/id";
import { moment } from "./columns";
import { payments } from "./payments";

/** What acquirers have told us of their own accord. The primary key lets each callback act once. */
export const gatewayCallbacks = pgTable(
  "gateway_callbacks",
  {
    gateway: text("gateway", { enum: ["sandbox", "stripe"] }).notNull(),
    /** The acquirer's id of the callback. */
    callbackId: text("callback_id").notNull(),
    /** Null when it is about no payment of ours. */
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .references(() => payments.id),
    kind: text("kind").notNull(),
    outcome: text("outcome", { enum: ["applied", "ignored", "refused"] }).notNull(),
    /** Why it was ignored or refused. */
    reason: text("reason"),
    receivedAt: moment("received_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.gateway, t.callbackId] }),
    index("gateway_callbacks_payment").on(t.paymentId),
    index("gateway_callbacks_received").on(t.receivedAt),
    check("gateway_callbacks_outcome", sql`${t.outcome} in ('applied', 'ignored', 'refused')`),
    check("gateway_callbacks_reason", sql`(${t.outcome} = 'applied') = (${t.reason} is null)`),
  ],
);
