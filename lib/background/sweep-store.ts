import { type SQL, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";

/** How many rows one statement takes: it is over soon, and holds few locks. */
const BATCH = 1000;
/** How often in one turn for each table, so that no table waits for another's backlog. */
const ROUNDS_MAX = 20;

type Sweep = (batch: number) => SQL;

/** Rows that somebody holds at the moment are left for the next turn; `lock` is empty where the application's role may hold none. */
function rows(table: string, where: SQL, lock: SQL = sql`for update of t skip locked`): Sweep {
  const name = sql.identifier(table);
  return (batch) => sql`
    with gone as (
      delete from ${name} where ctid = any (array(select ctid from ${name} t where ${where} limit ${batch}::int ${lock}))
      returning 1)
    select count(*)::int as gone from gone`;
}

/** Rows of these are never changed. */
const NO_LOCK = sql.empty();

/** What may be deleted by nothing but the rule that the function holds. */
const byFunction =
  (name: string): Sweep =>
  (batch) =>
    sql`select ${sql.identifier(name)}(${batch}::int) as gone`;

/** A nonce outlives every timestamp that its request could have had by far; keys live at least as long as promised. */
const SWEEPS: readonly Sweep[] = [
  rows("request_nonces", sql`created_at < now() - interval '24 hours'`, NO_LOCK),
  rows("sign_in_challenges", sql`expires_at < now() - interval '24 hours'`),
  // Expired codes, proofs and links are of no use to anybody; the audit trail tells what they were used for. What is short
  // and unspent goes at once: were the clock set back, it would be good again.
  rows("one_time_codes", sql`expires_at < now()`),
  rows("webauthn_challenges", sql`expires_at < now()`, NO_LOCK),
  rows("factor_enrolments", sql`expires_at < now() - interval '1 hour'`),
  rows("pending_setups", sql`expires_at < now() - interval '1 hour'`),
  rows("step_ups", sql`expires_at < now() - interval '24 hours'`),
  rows("email_links", sql`expires_at < now() - interval '24 hours'`),
  // What they said is gone already; that they were sent is kept for whoever asks where a message went.
  rows("outgoing_messages", sql`expires_at < now() - interval '30 days'`),
  // In one commit: a subject that starts again from nothing must not meet calls of its former life. No window is longer.
  (batch) => sql`
    with gone as (
      delete from rate_limit_subjects where subject = any (array(
        select subject from rate_limit_subjects where last_at < now() - interval '14 days' limit ${batch}::int for update skip locked))
      returning subject),
    hits as (delete from rate_limit_hits where subject in (select subject from gone))
    select count(*)::int as gone from gone`,
  // The contract's 24 hours, from the last thing that happened: until what a key was claimed for is settled the key is what
  // keeps it to one, and whoever asked is to find its outcome for as long again. A take-over moves the lease.
  rows(
    "idempotency_keys",
    sql`created_at < now() - interval '24 hours'
        and greatest(completed_at, lease_until) < now() - interval '24 hours'
        and not exists (select from payments p where p.id = t.payment_id
              and (p.status = 'pending' or p.updated_at >= now() - interval '24 hours'))
        and not exists (select from payment_operations o where o.id = t.operation_id
              and (o.status = 'pending' or o.updated_at >= now() - interval '24 hours'))
        and not exists (select from refunds r where r.id = t.refund_id
              and (r.status = 'pending' or r.updated_at >= now() - interval '24 hours'))`,
  ),
  // After 90 days. Whoever lists events, or wants a time range of them again, has had them that long; an acquirer that tells the
  // same again after that settles nothing, for what it tells of is settled.
  byFunction("sweep_events"),
  byFunction("sweep_gateway_callbacks"),
];

/** Deletes what has served its time, in batches. True when there is more than one turn should take. */
export async function deleteExpired(db: Queryable, { batch = BATCH, rounds = ROUNDS_MAX } = {}): Promise<boolean> {
  let isMore = false;
  for (const sweep of SWEEPS) isMore = (await sweepOne(db, sweep(batch), batch, rounds)) || isMore;
  return isMore;
}

async function sweepOne(db: Queryable, statement: SQL, batch: number, rounds: number): Promise<boolean> {
  for (let round = 0; round < rounds; round += 1) {
    const [row] = await db.execute<{ gone: number }>(statement);
    if ((row?.gone ?? 0) < batch) return false;
  }
  return true;
}
