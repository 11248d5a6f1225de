import { sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { QUEUE_SCHEMA, RECONCILE } from "@/db/queue/boss";
import { type Subject, subjectSchema } from "./subject";

/** Where a walk through what is due has come to. */
export type Place = Readonly<{ createdAt: string; id: string }>;

export type DuePage = Readonly<{ subjects: readonly Subject[]; next: Place | null }>;

type DueRow = { subject: unknown; created_at: string; id: string };

const EVERYTHING_PENDING = sql`
  select jsonb_build_object('kind', 'payment', 'merchantId', merchant_id, 'mode', mode, 'paymentId', id) as subject, created_at, id
    from payments where status = 'pending'
  union all
  select jsonb_build_object('kind', 'operation', 'merchantId', merchant_id, 'mode', mode, 'paymentId', payment_id, 'operationId', id),
         created_at, id
    from payment_operations where status = 'pending'
  union all
  select jsonb_build_object('kind', 'refund', 'merchantId', merchant_id, 'mode', mode, 'paymentId', payment_id, 'refundId', id),
         created_at, id
    from refunds where status = 'pending'`;

/**
 * One page of what has been pending for longer than so many milliseconds, oldest first, beyond a place. `next` is null on the
 * last page: whoever walks begins again from the start.
 */
export async function findDue(db: Queryable, afterMs: number, beyond: Place | null, limit: number): Promise<DuePage> {
  const rows = await db.execute<DueRow>(sql`
    select subject, created_at::text, id from (${EVERYTHING_PENDING}) as pending
     where created_at < now() - make_interval(secs => ${afterMs / 1000}::float8)
       and (${beyond?.createdAt ?? null}::timestamptz is null
            or (created_at, id) > (${beyond?.createdAt ?? null}::timestamptz, ${beyond?.id ?? null}::text))
     order by pending.created_at, pending.id limit ${limit}`);
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    subjects: rows.map(({ subject }) => subjectSchema.parse(subject)),
    next: last ? { createdAt: last.created_at, id: last.id } : null,
  };
}

/**
 * Whether the reconciler has fallen behind: something has been due for longer than it may, and either nobody has put it into
 * the queue or nobody takes it out. An acquirer that does not answer is no lag: then it is asked, and asked again.
 */
export async function isLagging(db: Queryable, dueAfterMs: number, graceMs: number): Promise<boolean> {
  const graceSeconds = sql`make_interval(secs => ${graceMs / 1000}::float8)`;
  const [row] = await db.execute<{ lagging: boolean }>(sql`
    with waiting as (
      select singleton_key as id, state, start_after from ${sql.raw(QUEUE_SCHEMA)}.job_common
       where name = ${RECONCILE.name} and state <= 'active'
    )
    select exists (select from waiting where state < 'active' and start_after < now() - ${graceSeconds})
        or exists (select from (${EVERYTHING_PENDING}) as pending
                    where created_at < now() - make_interval(secs => ${dueAfterMs / 1000}::float8) - ${graceSeconds}
                      and id not in (select id from waiting)) as lagging`);
  return row?.lagging ?? false;
}
