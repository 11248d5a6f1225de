import { sql } from "drizzle-orm";
import type { Transaction } from "@/db/transact";
import { type EventId, newId, type WebhookEndpointId } from "@/lib/ids/id";

/** Any number, but always the same one: events are handed on by one server at a time, so that each thing's stay in order. */
const DISPATCHER_LOCK = 727_204;

export async function tryLockDispatcher(tx: Transaction): Promise<boolean> {
  const [row] = await tx.execute<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(${DISPATCHER_LOCK}) as locked`,
  );
  return row?.locked ?? false;
}

/** The next events that nobody has handed on, in the order in which they were written. */
export async function takeUndispatched(tx: Transaction, limit: number): Promise<EventId[]> {
  const rows = await tx.execute<{ id: EventId }>(sql`
    select id from events where dispatched_at is null order by position limit ${limit} for update`);
  return rows.map(({ id }) => id);
}

export type Pair = Readonly<{ eventId: EventId; endpointId: WebhookEndpointId }>;

/**
 * Who is to be told of which: enabled endpoints of the merchant and mode that want its type, and were there when it happened.
 * They are held until the transaction ends: one that is deleted at this moment is deleted before, or after all of this.
 */
export async function receiversOf(tx: Transaction, eventIds: readonly EventId[]): Promise<Pair[]> {
  return tx.execute<Pair>(sql`
    select e.id as "eventId", w.id as "endpointId"
      from json_array_elements_text(${JSON.stringify(eventIds)}::text::json) as given(id)
      join events e on e.id = given.id
      join webhook_endpoints w on w.merchant_id = e.merchant_id and w.mode = e.mode and w.status = 'enabled'
       and w.enabled_at <= e.created_at and w.events && array['*', e.type]
     for share of w`);
}

/** Marks the events as handed on, and writes a delivery for each pair. */
export async function markDispatched(
  tx: Transaction,
  eventIds: readonly EventId[],
  pairs: readonly Pair[],
): Promise<void> {
  const deliveries = pairs.map((pair) => ({ id: newId("whd"), ...pair }));
  await tx.execute(sql`
    with marked as (
      update events set dispatched_at = now()
       where id in (select json_array_elements_text(${JSON.stringify(eventIds)}::text::json))
      returning id)
    insert into webhook_deliveries (id, endpoint_id, event_id, resource_id, position, event_type)
    select v.id, v."endpointId", e.id, e.resource_id, e.position, e.type
      from json_to_recordset(${JSON.stringify(deliveries)}::text::json) as v(id text, "eventId" text, "endpointId" text)
      join marked on marked.id = v."eventId" join events e on e.id = v."eventId"
    on conflict (endpoint_id, event_id, replay) do nothing`);
}
