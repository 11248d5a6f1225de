import { and, asc, between, desc, eq, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { apiKeys, apiRequests } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { MerchantId } from "@/lib/ids/id";
import { beyond, type Page, type PageRequest, toPage } from "@/lib/paging/keyset";

/** A request as it is written: everything masked, its time the database's in Unix seconds. */
export type LoggedRow = Readonly<{
  id: string;
  merchant_id: string;
  mode: "test" | "live";
  api_key_id: string;
  method: string;
  route: string;
  path: string;
  status: number;
  error_code: string | null;
  duration_ms: number;
  idempotency_key: string | null;
  ip: string | null;
  user_agent: string | null;
  at: number;
}>;

/** A batch that was written before, and whose answer was lost, is written once. */
export async function insertRequests(tx: Transaction, rows: readonly LoggedRow[]): Promise<void> {
  await tx.execute(sql`
    insert into ${apiRequests} (id, merchant_id, mode, api_key_id, method, route, path, status, error_code, duration_ms,
                                idempotency_key, ip, user_agent, created_at)
    select id, merchant_id, mode, api_key_id, method, route, path, status, error_code, duration_ms,
           idempotency_key, ip, user_agent, to_timestamp(at)
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r(id text, merchant_id text, mode text, api_key_id text, method text, route text, path text, status int,
             error_code text, duration_ms int, idempotency_key text, ip text, user_agent text, at float8)
    on conflict (id) do nothing`);
}

/** Notes when keys were last used; never an earlier moment than is noted. In the order of ids, so that two servers do not wait for each other. */
export async function noteKeyUse(
  tx: Transaction,
  uses: readonly Readonly<{ id: string; at: number }>[],
): Promise<void> {
  await tx.execute(sql`
    with used as materialized (
      select k.id, to_timestamp(u.at)::timestamptz(3) as at
        from jsonb_to_recordset(${JSON.stringify(uses)}::jsonb) as u(id text, at float8)
        join ${apiKeys} k on k.id = u.id
       where k.last_used_at is null or k.last_used_at < to_timestamp(u.at)
       order by k.id for no key update of k
    )
    update ${apiKeys} set last_used_at = greatest(${apiKeys.lastUsedAt}, used.at) from used where ${apiKeys.id} = used.id`);
}

export type RequestView = Omit<typeof apiRequests.$inferSelect, "merchantId" | "mode">;

type LogScope = Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;

export type RequestFilter = Readonly<{
  /** The first and the last status of those shown. */
  status?: Readonly<{ from: number; to: number }> | undefined;
  method?: string | undefined;
  apiKeyId?: string | undefined;
  /** A part of the path and query, as they are shown. */
  path?: string | undefined;
  /** The request of one id, as answers carry it in `X-Request-Id`. */
  id?: string | undefined;
}>;

/** One page of a merchant's requests, newest first. Throws 400 `cursor_invalid`. */
export async function listRequests(
  db: Queryable,
  { merchantId, mode }: LogScope,
  { status, method, apiKeyId, path, id }: RequestFilter,
  page: PageRequest,
): Promise<Page<RequestView>> {
  const order = page.direction === "newer" && page.cursor !== null ? asc : desc;
  const rows = await db
    .select()
    .from(apiRequests)
    .where(
      and(
        eq(apiRequests.merchantId, merchantId),
        eq(apiRequests.mode, mode),
        status && between(apiRequests.status, status.from, status.to),
        method === undefined ? undefined : eq(apiRequests.method, method),
        apiKeyId === undefined ? undefined : eq(apiRequests.apiKeyId, apiKeyId),
        path === undefined ? undefined : sql`position(${path} in ${apiRequests.path}) > 0`,
        id === undefined ? undefined : sql`${apiRequests.id} = ${id}`,
        beyond(apiRequests, "req", page),
      ),
    )
    .orderBy(order(apiRequests.createdAt), order(apiRequests.id))
    .limit(page.limit + 1);
  return toPage(
    rows.map(({ merchantId: _, mode: __, ...row }) => row),
    page,
  );
}

export const KEPT_DAYS = 30;
const DELETED_AT_ONCE_MAX = 5_000;

/** Deletes what is older than the log is kept, a batch at a time. True where there may be more. */
export async function deleteOldRequests(db: Queryable): Promise<boolean> {
  const deleted = await db.execute(sql`
    delete from ${apiRequests} where id in (
      select id from ${apiRequests} where created_at < now() - make_interval(days => ${KEPT_DAYS}::int)
       order by created_at limit ${DELETED_AT_ONCE_MAX}::int)
    returning 1`);
  return deleted.length === DELETED_AT_ONCE_MAX;
}
