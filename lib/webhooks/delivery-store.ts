import { and, asc, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { webhookAttempts, webhookDeliveries, webhookEndpoints } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { EventType } from "@/lib/events/event-store";
import { type EventId, newId, type WebhookDeliveryId, type WebhookEndpointId } from "@/lib/ids/id";
import { beyond, type Page, type PageRequest, toPage } from "@/lib/paging/keyset";
import type { WebhookScope } from "./endpoint-store";

/** One attempt. Without an end it is under way, or the server died over it and nobody knows whether it arrived. */
export type WebhookAttempt = Readonly<{
  number: number;
  startedAt: Date;
  endedAt: Date | null;
  statusCode: number | null;
  /** Why there is no status: `timeout`, `address_refused`, `name_not_found`, `ECONNREFUSED` … */
  error: string | null;
  latencyMs: number | null;
}>;

export type WebhookDelivery = Readonly<{
  id: WebhookDeliveryId;
  endpointId: WebhookEndpointId;
  eventId: EventId;
  eventType: EventType;
  /** 0 for the event as it happened, more for a replay. */
  replay: number;
  state: "pending" | "delivered" | "failed";
  /** Of a pending one: when it is tried next, unless its endpoint is disabled. */
  nextAttemptAt: Date;
  createdAt: Date;
  /** When it was delivered or given up. */
  endedAt: Date | null;
  /** In order, the first one first. */
  attempts: readonly WebhookAttempt[];
}>;

export type DeliveryFilter = Readonly<{ state?: WebhookDelivery["state"] | undefined }>;

const SHOWN = {
  id: webhookDeliveries.id,
  endpointId: webhookDeliveries.endpointId,
  eventId: webhookDeliveries.eventId,
  eventType: webhookDeliveries.eventType,
  replay: webhookDeliveries.replay,
  state: webhookDeliveries.state,
  nextAttemptAt: webhookDeliveries.nextAttemptAt,
  createdAt: webhookDeliveries.createdAt,
  endedAt: webhookDeliveries.endedAt,
};

type Row = Omit<WebhookDelivery, "attempts">;

/** One page of an endpoint's deliveries, newest first. The endpoint is the caller's to check. Throws 400 `cursor_invalid`. */
export async function listDeliveries(
  db: Queryable,
  endpointId: WebhookEndpointId,
  { state }: DeliveryFilter,
  page: PageRequest,
): Promise<Page<WebhookDelivery>> {
  const order = page.direction === "newer" && page.cursor !== null ? asc : desc;
  const rows = await db
    .select(SHOWN)
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.endpointId, endpointId),
        state === undefined ? undefined : eq(webhookDeliveries.state, state),
        beyond(webhookDeliveries, "whd", page),
      ),
    )
    .orderBy(order(webhookDeliveries.createdAt), order(webhookDeliveries.id))
    .limit(page.limit + 1);
  return toPage(await withAttempts(db, rows), page);
}

async function withAttempts(db: Queryable, rows: readonly Row[]): Promise<WebhookDelivery[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const attempts = await db
    .select()
    .from(webhookAttempts)
    .where(inArray(webhookAttempts.deliveryId, ids))
    .orderBy(asc(webhookAttempts.number));
  const byDelivery = Map.groupBy(attempts, ({ deliveryId }) => deliveryId);
  return rows.map((row) => ({
    ...row,
    attempts: (byDelivery.get(row.id) ?? []).map(({ deliveryId: _, ...attempt }) => attempt),
  }));
}

const ofMerchant = ({ merchantId, mode }: WebhookScope): SQL | undefined =>
  and(
    eq(webhookEndpoints.merchantId, merchantId),
    eq(webhookEndpoints.mode, mode),
    sql`${webhookEndpoints.status} <> 'deleted'`,
  );

/** Null for another merchant's or mode's, and for one of a deleted endpoint, as for one that never was. */
export async function findDelivery(
  db: Queryable,
  scope: WebhookScope,
  id: WebhookDeliveryId,
): Promise<WebhookDelivery | null> {
  const rows = await db
    .select(SHOWN)
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
    .where(and(eq(webhookDeliveries.id, id), ofMerchant(scope)));
  const [found] = await withAttempts(db, rows);
  return found ?? null;
}

/**
 * Due at once, from the foot of the ladder. One that is being sent at this moment stays with who sends it, and is due when that
 * has failed: the new moment tells its settlement so.
 */
export async function makeDue(tx: Transaction, id: WebhookDeliveryId): Promise<void> {
  await tx
    .update(webhookDeliveries)
    .set({ state: "pending", rung: 0, nextAttemptAt: sql`now()`, endedAt: null })
    .where(eq(webhookDeliveries.id, id));
}

/** Whether more than so many deliveries of an endpoint are pending. No further than that is counted. */
export async function hasHeap(tx: Transaction, endpointId: WebhookEndpointId, atMost: number): Promise<boolean> {
  const [row] = await tx.execute(sql`
    select from webhook_deliveries where endpoint_id = ${endpointId} and state = 'pending' offset ${atMost} limit 1`);
  return row !== undefined;
}

type Range = Readonly<{ from: Date; to: Date }>;

/** The merchant's events from one moment to before another that an endpoint wants, in order; at most so many. */
export async function eventsToReplay(
  tx: Transaction,
  endpointId: WebhookEndpointId,
  { from, to }: Range,
  limit: number,
): Promise<EventId[]> {
  const rows = await tx.execute<{ id: EventId }>(sql`
    select e.id from webhook_endpoints w
      join events e on e.merchant_id = w.merchant_id and e.mode = w.mode and w.events && array['*', e.type]
     where w.id = ${endpointId} and e.created_at >= ${from.toISOString()}::timestamptz
       and e.created_at < ${to.toISOString()}::timestamptz
     order by e.position limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** Deliveries of events once more. The caller holds the endpoint, so that two replays at once count one after the other. */
export async function insertReplays(
  tx: Transaction,
  endpointId: WebhookEndpointId,
  eventIds: readonly EventId[],
): Promise<void> {
  const given = JSON.stringify(eventIds.map((eventId) => ({ id: newId("whd"), eventId })));
  await tx.execute(sql`
    insert into webhook_deliveries (id, endpoint_id, event_id, replay, resource_id, position, event_type)
    select v.id, ${endpointId}, e.id,
           1 + coalesce((select max(d.replay) from webhook_deliveries d where d.endpoint_id = ${endpointId} and d.event_id = e.id), 0),
           e.resource_id, e.position, e.type
      from json_to_recordset(${given}::text::json) as v(id text, "eventId" text) join events e on e.id = v."eventId"`);
}
