import { sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";

/** A nonce outlives every timestamp that its request could have had by far; keys live at least as long as promised. */
const SWEEPS = [
  sql`delete from request_nonces where created_at < now() - interval '24 hours'`,
  sql`delete from sign_in_challenges where expires_at < now() - interval '24 hours'`,
  // Expired codes, proofs and links are of no use to anybody; the audit trail tells what they were used for. What is short
  // and unspent goes at once: were the clock set back, it would be good again.
  sql`delete from one_time_codes where expires_at < now()`,
  sql`delete from webauthn_challenges where expires_at < now()`,
  sql`delete from factor_enrolments where expires_at < now() - interval '1 hour'`,
  sql`delete from pending_setups where expires_at < now() - interval '1 hour'`,
  sql`delete from step_ups where expires_at < now() - interval '24 hours'`,
  sql`delete from email_links where expires_at < now() - interval '24 hours'`,
  // What they said is gone already; that they were sent is kept for whoever asks where a message went.
  sql`delete from outgoing_messages where expires_at < now() - interval '30 days'`,
  // In one commit: a subject that starts again from nothing must not meet calls of its former life. No window is longer.
  sql`with gone as (delete from rate_limit_subjects where last_at < now() - interval '14 days' returning subject)
      delete from rate_limit_hits where subject in (select subject from gone)`,
  // The contract's 24 hours, from the last thing that happened: until what a key was claimed for is settled the key is what
  // keeps it to one, and whoever asked is to find its outcome for as long again. A take-over moves the lease.
  sql`delete from idempotency_keys k where created_at < now() - interval '24 hours'
        and greatest(completed_at, lease_until) < now() - interval '24 hours'
        and not exists (select from payments p where p.id = k.payment_id
              and (p.status = 'pending' or p.updated_at >= now() - interval '24 hours'))
        and not exists (select from payment_operations o where o.id = k.operation_id
              and (o.status = 'pending' or o.updated_at >= now() - interval '24 hours'))
        and not exists (select from refunds r where r.id = k.refund_id
              and (r.status = 'pending' or r.updated_at >= now() - interval '24 hours'))`,
] as const;

/** Deletes what has served its time. */
export async function deleteExpired(db: Queryable): Promise<void> {
  for (const sweep of SWEEPS) await db.execute(sweep);
}
