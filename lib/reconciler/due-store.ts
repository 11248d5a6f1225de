import { type SQL, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { QUEUE_SCHEMA, RECONCILE } from "@/db/queue/boss";
import type { Transaction } from "@/db/transact";
import type { PendingFigures } from "@/lib/metrics/instruments";
import { begunAt, type OwnAcquirer } from "@/lib/payments/of-acquirer";
import { type Subject, subjectSchema } from "./subject";

/** Where a walk through what is due has come to. */
export type Place = Readonly<{ createdAt: string; id: string }>;

export type DuePage = Readonly<{ subjects: readonly Subject[]; next: Place | null }>;

type DueRow = { subject: unknown; created_at: string; id: string };

const everythingPending = (where: SQL) => sql`
  select jsonb_build_object('kind', 'payment', 'merchantId', merchant_id, 'mode', mode, 'paymentId', id) as subject, created_at, id
    from payments where status = 'pending' and ${where}
  union all
  select jsonb_build_object('kind', 'operation', 'merchantId', merchant_id, 'mode', mode, 'paymentId', payment_id, 'operationId', id),
         created_at, id
    from payment_operations where status = 'pending' and ${where}
  union all
  select jsonb_build_object('kind', 'refund', 'merchantId', merchant_id, 'mode', mode, 'paymentId', payment_id, 'refundId', id),
         created_at, id
    from refunds where status = 'pending' and ${where}`;

/**
 * One page of what was begun at our acquirer and has been pending for longer than so many milliseconds, oldest first, beyond a place. `next` is null on the
 * last page: whoever walks begins again from the start.
 */
export async function findDue(
  db: Queryable,
  own: OwnAcquirer,
  afterMs: number,
  beyond: Place | null,
  limit: number,
): Promise<DuePage> {
  const rows = await db.execute<DueRow>(sql`
    select subject, created_at::text, id from (${everythingPending(begunAt(own))}) as pending
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
 * Whether the reconciler has come to a stop: something is due, by more than it may be, with no job or with one that nobody
 * takes, and in all that time no job whatever was taken or finished. Neither an acquirer that does not answer nor a great heap
 * is a lag: then one after another is asked about.
 *
 * Cheap: it looks at the waiting jobs and, by their index, at the newest of the finished ones; at what is pending only when
 * all of these stand still.
 */
export async function isLagging(
  db: Queryable,
  own: OwnAcquirer,
  dueAfterMs: number,
  graceMs: number,
): Promise<boolean> {
  const graceSeconds = sql`make_interval(secs => ${graceMs / 1000}::float8)`;
  const jobs = sql`${sql.raw(QUEUE_SCHEMA)}.job_common`;
  // What the queue's own index of unfinished jobs says; as a literal, or a plan for any parameter could not use it.
  const unfinished = sql`name = ${RECONCILE.name} and state <= 'active' and policy = '${sql.raw(RECONCILE.policy)}'`;
  const [row] = await db.execute<{ lagging: boolean }>(sql`
    select case
      when exists (select from ${jobs} where ${unfinished} and started_on > now() - ${graceSeconds})
        or exists (select from ${jobs} where name = ${RECONCILE.name} and completed_on > now() - ${graceSeconds}) then false
      else exists (select from ${jobs} where ${unfinished} and state < 'active' and start_after < now() - ${graceSeconds})
        or exists (select from (${everythingPending(begunAt(own))}) as pending
                    where created_at < now() - make_interval(secs => ${dueAfterMs / 1000}::float8) - ${graceSeconds}
                      and not exists (select from ${jobs} where ${unfinished} and coalesce(singleton_key, '') = pending.id))
      end as lagging`);
  return row?.lagging ?? false;
}

/** How much is pending, at whichever acquirer, and for how long the oldest of it. */
export async function countPending(db: Queryable): Promise<PendingFigures> {
  const [row] = await db.execute<{ number: number; seconds: number }>(sql`
    select count(*)::int as number,
           greatest(0, coalesce(extract(epoch from now() - min(created_at)), 0))::float8 as seconds
      from (${everythingPending(sql`true`)}) as pending`);
  return { number: row?.number ?? 0, oldestSeconds: row?.seconds ?? 0 };
}

/** Whether anything is pending that was begun at another acquirer or account: nobody here may ask about it. */
export async function isElsewhere(db: Queryable, own: OwnAcquirer): Promise<boolean> {
  const [row] = await db.execute<{ found: boolean }>(
    sql`select exists (${everythingPending(sql`not ${begunAt(own)}`)}) as found`,
  );
  return row?.found ?? false;
}

/** What an audit entry says of something that waits for another acquirer; there is one at most of each. */
export const WAITS_ELSEWHERE = "reconciler.waits_elsewhere";

/** Some of what is pending elsewhere and has not been told of yet. Two who look at once do so one after the other. */
export async function findUntold(tx: Transaction, own: OwnAcquirer, limit: number): Promise<Subject[]> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${WAITS_ELSEWHERE}, 0))`);
  const rows = await tx.execute<DueRow>(sql`
    select subject, created_at::text, id from (${everythingPending(sql`not ${begunAt(own)}`)}) as pending
     where not exists (select from audit_entries a
                        where a.merchant_id = pending.subject ->> 'merchantId' and a.resource_type = 'payment'
                          and a.resource_id = pending.subject ->> 'paymentId' and a.action = ${WAITS_ELSEWHERE}
                          and a.new_values ->> 'id' = pending.id)
     order by pending.created_at, pending.id limit ${limit}`);
  return rows.map(({ subject }) => subjectSchema.parse(subject));
}
