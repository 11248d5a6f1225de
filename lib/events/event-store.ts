import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { prepareOnce } from "@/db/prepare-once";
import { events } from "@/db/schema";
import { EVENT_TYPES } from "@/db/schema/events";
import type { Transaction } from "@/db/transact";
import { type MerchantId, newId } from "@/lib/ids/id";

export { EVENT_TYPES };
export type EventType = (typeof EVENT_TYPES)[number];
export type EventRecord = typeof events.$inferSelect;
type Scope = Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;

export type NewEvent = Readonly<{
  scope: Scope;
  type: EventType;
  resourceId: string;
  /** The object as the API shows it after the change; of an erased customer the id alone. */
  data: Readonly<Record<string, unknown>>;
}>;

const insertOnce = prepareOnce(["id", "merchantId", "mode", "type", "resourceId", "data"], (db, value) =>
  db.insert(events).values({
    id: value.id,
    merchantId: value.merchantId,
    mode: value.mode,
    type: sql`${value.type}`,
    resourceId: value.resourceId,
    data: sql`${value.data}::text::json`,
  }),
);

/** Tells of something in the transaction in which it happens: it is told exactly if it happened. */
export async function insertEvent(tx: Transaction, { scope, data, ...event }: NewEvent): Promise<void> {
  const { merchantId, mode } = scope;
  await insertOnce(tx, { ...event, merchantId, mode, id: newId("evt"), data: JSON.stringify(data) });
}

/** Newest first, those before a position; one more than `limit` tells that there are more. */
export async function findEvents(
  db: Queryable,
  { merchantId, mode }: Scope,
  { type, before, limit }: Readonly<{ type: EventType | null; before: bigint | null; limit: number }>,
): Promise<EventRecord[]> {
  return db
    .select()
    .from(events)
    .where(
      and(
        eq(events.merchantId, merchantId),
        eq(events.mode, mode),
        type === null ? undefined : eq(events.type, type),
        before === null ? undefined : lt(events.position, before),
      ),
    )
    .orderBy(desc(events.position))
    .limit(limit);
}
