import { sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import type { Currency } from "@/lib/money/currency";
import { begunAt, type OwnAcquirer } from "./of-acquirer";
import type { Scope } from "./payment-store";

/** What one day, in the merchant's own calendar, came to in one currency. */
export type DayFigures = Readonly<{
  /** `YYYY-MM-DD`. */
  day: string;
  volumeMinor: bigint;
  refundedMinor: bigint;
  taken: number;
  declined: number;
}>;

type DayRow = { day: string; volume: string; refunded: string; taken: number; declined: number };

/** The last so many days up to today, oldest first, days without a payment among them. One query, one range of an index. */
export async function figuresByDay(
  db: Queryable,
  scope: Scope,
  currency: Currency,
  days: number,
  timeZone: string,
): Promise<DayFigures[]> {
  const rows = await db.execute<DayRow>(sql`
    with calendar as (
      select (now() at time zone ${timeZone})::date - back as day from generate_series(0, ${days - 1}::int) as back
    ), figures as (
      select (created_at at time zone ${timeZone})::date as day,
             sum(captured_minor) as volume, sum(refunded_minor) as refunded,
             count(*) filter (where status not in ('failed', 'pending')) as taken,
             count(*) filter (where status = 'failed') as declined
        from payments
       where merchant_id = ${scope.merchantId} and mode = ${scope.mode} and currency = ${currency}
         and created_at >= ((select min(day) from calendar)::timestamp at time zone ${timeZone})
       group by 1
    )
    select calendar.day::text as day, coalesce(volume, 0)::text as volume, coalesce(refunded, 0)::text as refunded,
           coalesce(taken, 0)::int as taken, coalesce(declined, 0)::int as declined
      from calendar left join figures using (day) order by calendar.day`);
  return rows.map(({ day, volume, refunded, taken, declined }) => ({
    day,
    volumeMinor: BigInt(volume),
    refundedMinor: BigInt(refunded),
    taken,
    declined,
  }));
}

/** The currencies of the last so many days, the most used first. */
export async function currenciesInUse(db: Queryable, scope: Scope, days: number): Promise<Currency[]> {
  const rows = await db.execute<{ currency: Currency }>(sql`
    select currency from payments
     where merchant_id = ${scope.merchantId} and mode = ${scope.mode} and created_at > now() - make_interval(days => ${days}::int)
     group by currency order by count(*) desc, currency`);
  return rows.map(({ currency }) => currency);
}

export async function declineReasons(
  db: Queryable,
  scope: Scope,
  currency: Currency,
  days: number,
): Promise<{ code: string; count: number }[]> {
  return db.execute<{ code: string; count: number }>(sql`
    select failure_code as code, count(*)::int as count from payments
     where merchant_id = ${scope.merchantId} and mode = ${scope.mode} and status = 'failed' and currency = ${currency}
       and created_at > now() - make_interval(days => ${days}::int)
     group by 1 order by 2 desc, 1`);
}

export type Waiting = Readonly<{ count: number; oldestSeconds: number }>;

/**
 * What the acquirer has owed the outcome of for so many seconds: payments, and captures, voids and refunds of them. Apart from
 * these, what was begun at another acquirer or account, which is not asked about from here.
 */
export async function waitingLongerThan(
  db: Queryable,
  scope: Scope,
  own: OwnAcquirer,
  seconds: number,
): Promise<Readonly<{ payments: Waiting; moves: Waiting; elsewhere: Waiting }>> {
  const waiting = (table: "payments" | "payment_operations" | "refunds", isMove: boolean) => sql`
    select created_at, case when not ${begunAt(own)} then 'elsewhere' when ${isMove}::boolean then 'moves' else 'payments' end as place
      from ${sql.identifier(table)}
     where merchant_id = ${scope.merchantId} and mode = ${scope.mode} and status = 'pending'
       and created_at < now() - make_interval(secs => ${seconds}::int)`;
  const rows = await db.execute<{ place: string; count: number; oldest: number }>(sql`
    select place, count(*)::int as count, extract(epoch from now() - min(created_at))::int as oldest
      from (${waiting("payments", false)} union all ${waiting("payment_operations", true)}
            union all ${waiting("refunds", true)}) as waiting
     group by place`);
  const of = (wanted: string): Waiting => {
    const row = rows.find(({ place }) => place === wanted);
    return { count: row?.count ?? 0, oldestSeconds: row?.oldest ?? 0 };
  };
  return { payments: of("payments"), moves: of("moves"), elsewhere: of("elsewhere") };
}
