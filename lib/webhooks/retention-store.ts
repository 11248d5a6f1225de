import { sql } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import type { DatabaseClient, Queryable } from "@/db/client";
import { transact } from "@/db/transact";

/** So long the log of deliveries is kept, from their end. Longer than an endpoint must be dead to be disabled. */
const KEPT_DAYS = 30;
const BATCH = 2000;

const kept = sql`now() - make_interval(days => ${KEPT_DAYS})`;

/** What nobody will send any more: its endpoint is deleted, or has been disabled for as long as the log is kept. */
const GIVE_UP = sql`
  update webhook_deliveries set state = 'failed', ended_at = now(), lease_until = null
   where id in (select d.id from webhook_deliveries d join webhook_endpoints w on w.id = d.endpoint_id
                 where d.state = 'pending' and (w.status = 'deleted' or w.status = 'disabled' and d.created_at < ${kept})
                 limit ${BATCH} for update of d skip locked)`;

/** Their attempts go with them. */
const FORGET = sql`
  delete from webhook_deliveries where id in (
    select id from webhook_deliveries where state <> 'pending' and ended_at < ${kept} limit ${BATCH} for update skip locked)`;

/** Clears away what is over, a batch at a time; true while there is more. */
export async function sweepDeliveries(db: Queryable): Promise<boolean> {
  const [givenUp, forgotten] = [await db.execute(GIVE_UP), await db.execute(FORGET)];
  return givenUp.count === BATCH || forgotten.count === BATCH;
}

const FORGET_SECRETS = sql`
  update webhook_endpoints set previous_secret = null, previous_secret_until = null
   where id in (select id from webhook_endpoints where previous_secret_until <= now() limit ${BATCH} for update skip locked)`;

/** A secret from before a rotation signs nothing any more once its time is over, and is kept no longer. True while there is more. */
export async function forgetOldSecrets(client: DatabaseClient): Promise<boolean> {
  const forgotten = await transact(client, systemContext("webhooks"), (tx) => tx.execute(FORGET_SECRETS));
  return forgotten.count === BATCH;
}
