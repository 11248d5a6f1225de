import { type SQL, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { auditChain } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { ChainedEntry } from "./chain";

/** The columns of ChainedEntry; times and JSON as Postgres prints them, so that nothing is lost on the way. */
const chainedColumns: SQL = sql`
  e.id::text as id, e.merchant_id as "merchantId", e.action, e.outcome, e.resource_type as "resourceType",
  e.resource_id as "resourceId", e.old_values::text as "oldValues", e.new_values::text as "newValues",
  e.actor_type as "actorType", e.actor_id as "actorId", e.ip, e.user_agent as "userAgent", e.request_id as "requestId",
  to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "createdAt"`;

/** Any number, but always the same one: of all servers, one seals at a time. */
const SEALER_LOCK = 727_203;

export async function tryLockSealer(tx: Transaction): Promise<boolean> {
  const [row] = await tx.execute<{ locked: boolean }>(sql`select pg_try_advisory_xact_lock(${SEALER_LOCK}) as locked`);
  return row?.locked ?? false;
}

/**
 * Takes entries out of the queue, oldest first. They are back in it if the transaction fails. A number whose entry is gone
 * stays: the verifier tells of it.
 */
export async function takeUnsealed(tx: Transaction, limit: number): Promise<ChainedEntry[]> {
  return tx.execute<ChainedEntry>(sql`
    with taken as (
      delete from audit_queue where entry_id in (
        select q.entry_id from audit_queue q join audit_entries e on e.id = q.entry_id order by q.entry_id limit ${limit})
      returning entry_id
    )
    -- One look into the index an entry: a join would read the whole trail.
    select ${chainedColumns} from taken cross join lateral (select * from audit_entries where id = taken.entry_id offset 0) as e
     order by e.id`);
}

export type ChainHead = { chain: string; sequence: number; hash: Buffer };

/** The last link of each chain that has one. The names go as JSON: the driver is not asked to know arrays (db/client.ts). */
export async function chainHeads(tx: Transaction, chains: readonly string[]): Promise<ChainHead[]> {
  const names = JSON.stringify(chains);
  return tx.execute<ChainHead>(sql`
    select c.chain, c.sequence::float8 as sequence, c.hash
      from jsonb_array_elements_text(${names}::text::jsonb) as wanted(chain)
    cross join lateral (select * from audit_chain where audit_chain.chain = wanted.chain order by sequence desc limit 1) c`);
}

export async function appendLinks(
  tx: Transaction,
  links: readonly { chain: string; sequence: number; entryId: bigint; hash: Buffer }[],
): Promise<void> {
  await tx.insert(auditChain).values([...links]);
}

/** A link with the entry it seals; the entry is null when it is no longer there. */
export type SealedLink = { chain: string; sequence: number; entryId: string; hash: Buffer; entry: ChainedEntry | null };

type LinkRow = ChainedEntry & { chain: string; sequence: number; entryId: string; hash: Buffer };

/** The next links of a chain in order: read in pages, so that memory stays flat however long the chain is. */
export async function readLinks(
  db: Queryable,
  chain: string,
  afterSequence: number,
  limit: number,
): Promise<SealedLink[]> {
  const rows = await db.execute<LinkRow>(sql`
    select c.chain, c.sequence::float8 as sequence, c.entry_id::text as "entryId", c.hash, ${chainedColumns}
      from audit_chain c left join audit_entries e on e.id = c.entry_id
     where c.chain = ${chain} and c.sequence > ${afterSequence} order by c.sequence limit ${limit}`);
  return rows.map((row) => ({
    chain: row.chain,
    sequence: row.sequence,
    entryId: row.entryId,
    hash: row.hash,
    // Without its entry, a link's other columns are null, `id` among them.
    entry: (row.id as string | null) === null ? null : row,
  }));
}

export async function listChains(db: Queryable): Promise<string[]> {
  const rows = await db.execute<{ chain: string }>(sql`
    select coalesce(merchant_id, 'system') as chain from audit_entries group by 1
    union select chain from audit_chain group by 1 order by 1`);
  return rows.map((row) => row.chain);
}

/** The first entry of a chain that is neither sealed nor waiting for it: somebody put it there by another way. */
export async function findStowaway(db: Queryable, chain: string): Promise<string | null> {
  const [row] = await db.execute<{ id: string }>(sql`
    select e.id::text as id from audit_entries e
     where coalesce(e.merchant_id, 'system') = ${chain}
       and not exists (select from audit_chain c where c.entry_id = e.id and c.chain = ${chain} and c.sequence > 0)
       and not exists (select from audit_queue q where q.entry_id = e.id)
     order by e.id limit 1`);
  return row?.id ?? null;
}

/** The first entry that was removed while it waited to be sealed. */
export async function findRemovedWhileWaiting(db: Queryable): Promise<string | null> {
  const [row] = await db.execute<{ id: string }>(sql`
    select entry_id::text as id from audit_queue q
     where not exists (select from audit_entries e where e.id = q.entry_id) order by entry_id limit 1`);
  return row?.id ?? null;
}
