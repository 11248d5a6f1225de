import { sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import type { WebhookEndpointId } from "@/lib/ids/id";
import type { WebhookScope } from "./endpoint-store";

export type WebhookHealth = Readonly<{
  /** Enabled endpoints to which something could not be delivered at its last attempt. */
  failing: number;
  /** Endpoints that were disabled because nothing arrived there any more. */
  disabled: number;
  /** Nobody delivers: no server and no worker does its work. A receiver that is down is not this. */
  stalled: boolean;
}>;

/** How far deliveries may fall behind before people are told. */
const STALLED_AFTER_SECONDS = 60;

const failing = sql`w.status = 'enabled' and exists (
  select from webhook_deliveries d where d.endpoint_id = w.id and d.state = 'pending' and d.rung > 0)`;

/** How a merchant's webhooks are, for whoever looks after them. */
export async function webhookHealth(db: Queryable, { merchantId, mode }: WebhookScope): Promise<WebhookHealth> {
  const [row] = await db.execute<WebhookHealth>(sql`
    select count(*) filter (where w.status = 'disabled')::int as disabled,
           count(*) filter (where ${failing})::int as failing,
           ${stalled} as stalled
      from webhook_endpoints w where w.merchant_id = ${merchantId} and w.mode = ${mode} and w.status <> 'deleted'`);
  return row ?? { failing: 0, disabled: 0, stalled: false };
}

/** Which of them are failing: see `WebhookHealth`. */
export async function failingEndpoints(
  db: Queryable,
  { merchantId, mode }: WebhookScope,
): Promise<ReadonlySet<WebhookEndpointId>> {
  const rows = await db.execute<{ id: WebhookEndpointId }>(sql`
    select w.id from webhook_endpoints w where w.merchant_id = ${merchantId} and w.mode = ${mode} and ${failing}`);
  return new Set(rows.map(({ id }) => id));
}

const overdue = sql`now() - make_interval(secs => ${STALLED_AFTER_SECONDS})`;

/** Something waits to be handed on, or to be sent, by more than it may, and in all that time nothing was sent to anybody. */
const stalled = sql`
  (not exists (select from webhook_attempts where started_at > ${overdue})
   and (exists (select from events where dispatched_at is null and created_at < ${overdue})
     or exists (select from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id and e.status = 'enabled'
                 where d.state = 'pending' and d.next_attempt_at < ${overdue}
                   and (d.lease_until is null or d.lease_until < ${overdue}))))`;

/** The same for the whole installation. */
export async function webhooksStalled(db: Queryable): Promise<boolean> {
  const [row] = await db.execute<{ stalled: boolean }>(sql`select ${stalled} as stalled`);
  return row?.stalled ?? false;
}
