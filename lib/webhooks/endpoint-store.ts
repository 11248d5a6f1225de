import { and, count, desc, eq, ne, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { webhookEndpoints } from "@/db/schema";
import { EVENT_TYPES } from "@/db/schema/events";
import { fieldOf } from "@/db/sealed-field";
import type { Transaction } from "@/db/transact";
import type { FieldLocation } from "@/lib/crypto/aead";
import type { SealedText } from "@/lib/crypto/sealed-text";
import type { MerchantId, WebhookEndpointId } from "@/lib/ids/id";
import { beyond, type Page, type PageRequest, toPage } from "@/lib/paging/keyset";

export type WebhookScope = Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;

/** What an endpoint can be told of: every event, or those of some types. */
export const SUBSCRIPTIONS = ["*", ...EVENT_TYPES] as const;

/** An endpoint as people and clients see it: without its secrets. */
export type WebhookEndpoint = Readonly<{
  id: WebhookEndpointId;
  merchantId: MerchantId;
  mode: "test" | "live";
  url: string;
  events: readonly string[];
  status: "enabled" | "disabled" | "deleted";
  createdAt: Date;
  enabledAt: Date;
  /** When it was disabled, because nothing arrived there any more. */
  disabledAt: Date | null;
  /** While a secret is being rotated: until when the one before signs too. */
  previousSecretUntil: Date | null;
}>;

const rotating = sql<boolean>`${webhookEndpoints.previousSecretUntil} > now()`;

const SHOWN = {
  id: webhookEndpoints.id,
  merchantId: webhookEndpoints.merchantId,
  mode: webhookEndpoints.mode,
  url: webhookEndpoints.url,
  events: webhookEndpoints.events,
  status: webhookEndpoints.status,
  createdAt: webhookEndpoints.createdAt,
  enabledAt: webhookEndpoints.enabledAt,
  disabledAt: webhookEndpoints.disabledAt,
  previousSecretUntil: sql<Date | null>`case when ${rotating} then ${webhookEndpoints.previousSecretUntil} end`.mapWith(
    webhookEndpoints.previousSecretUntil,
  ),
};

function inScope({ merchantId, mode }: WebhookScope): SQL | undefined {
  return and(
    eq(webhookEndpoints.merchantId, merchantId),
    eq(webhookEndpoints.mode, mode),
    ne(webhookEndpoints.status, "deleted"),
  );
}

/** Where an endpoint's secret lives. The one from before a rotation is sealed for the same place: it is moved, not made anew. */
export function secretPlace(row: Readonly<{ id: WebhookEndpointId; merchantId: MerchantId }>): FieldLocation {
  return fieldOf(webhookEndpoints.secret, row);
}

/** One page, newest first. Throws 400 `cursor_invalid`. */
export async function listEndpoints(
  db: Queryable,
  scope: WebhookScope,
  page: PageRequest,
): Promise<Page<WebhookEndpoint>> {
  const rows = await db
    .select(SHOWN)
    .from(webhookEndpoints)
    .where(and(inScope(scope), beyond(webhookEndpoints, "whk", page)))
    .orderBy(desc(webhookEndpoints.createdAt), desc(webhookEndpoints.id))
    .limit(page.limit + 1);
  return toPage(rows, page);
}

/** Null for a deleted one and for another's, as for one that never was. */
export async function findEndpoint(
  db: Queryable,
  scope: WebhookScope,
  id: WebhookEndpointId,
): Promise<WebhookEndpoint | null> {
  const [row] = await db
    .select(SHOWN)
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, id), inScope(scope)));
  return row ?? null;
}

/** The same, held until the transaction ends. */
export async function lockEndpoint(
  tx: Transaction,
  scope: WebhookScope,
  id: WebhookEndpointId,
): Promise<WebhookEndpoint | null> {
  const [row] = await tx
    .select(SHOWN)
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, id), inScope(scope)))
    .for("no key update");
  return row ?? null;
}

type NewEndpoint = Readonly<{
  id: WebhookEndpointId;
  scope: WebhookScope;
  url: string;
  events: readonly string[];
  secret: SealedText;
}>;

/** Any number, but always the same one, beside the merchant's own. */
const ENDPOINTS_LOCK = 727_205;

/** Null when the merchant has as many as it may: two that are made at once are made one after the other. */
export async function insertEndpoint(
  tx: Transaction,
  { id, scope, url, events, secret }: NewEndpoint,
  atMost: number,
): Promise<WebhookEndpoint | null> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(${ENDPOINTS_LOCK}, hashtext(${`${scope.merchantId} ${scope.mode}`}))`,
  );
  const [there] = await tx.select({ count: count() }).from(webhookEndpoints).where(inScope(scope));
  if ((there?.count ?? 0) >= atMost) return null;
  const [row] = await tx
    .insert(webhookEndpoints)
    .values({ id, ...scope, url, events: [...events], secret })
    .returning(SHOWN);
  if (!row) throw new Error("the inserted endpoint did not come back");
  return row;
}

/** Puts a new secret in place; the one before it signs too for so many seconds, and one before that no more. */
export async function replaceSecret(
  tx: Transaction,
  id: WebhookEndpointId,
  secret: SealedText,
  graceSeconds: number,
): Promise<WebhookEndpoint> {
  const [row] = await tx
    .update(webhookEndpoints)
    .set({
      secret,
      previousSecret: sql`${webhookEndpoints.secret}`,
      previousSecretUntil: sql`now() + make_interval(secs => ${graceSeconds}::float8)`,
    })
    .where(and(eq(webhookEndpoints.id, id), ne(webhookEndpoints.status, "deleted")))
    .returning(SHOWN);
  if (!row) throw new Error("the endpoint whose secret is rotated is gone");
  return row;
}

/** From now on nothing is sent there. Its secrets are gone. False when there is none, or no more. */
export async function deleteEndpointRow(tx: Transaction, scope: WebhookScope, id: WebhookEndpointId): Promise<boolean> {
  const deleted = await tx
    .update(webhookEndpoints)
    .set({ status: "deleted", secret: null, previousSecret: null, previousSecretUntil: null })
    .where(and(eq(webhookEndpoints.id, id), inScope(scope)))
    .returning({ id: webhookEndpoints.id });
  return deleted.length === 1;
}

/** What happens from now on is sent there again. The endpoint as it is then; null when there is none. */
export async function enableEndpointRow(
  tx: Transaction,
  scope: WebhookScope,
  id: WebhookEndpointId,
): Promise<WebhookEndpoint | null> {
  await tx
    .update(webhookEndpoints)
    .set({ status: "enabled", enabledAt: sql`now()`, disabledAt: null })
    .where(and(eq(webhookEndpoints.id, id), inScope(scope), eq(webhookEndpoints.status, "disabled")));
  return findEndpoint(tx, scope, id);
}

/**
 * Disables an endpoint at which attempts have failed for so long without one that arrived, since it was made or enabled: what
 * was told of after the last arrival, and tried longer ago than that, has not been delivered. A quiet endpoint whose first failure
 * is younger stays. Null when it stays, or somebody else was faster.
 */
export async function disableIfDead(
  tx: Transaction,
  id: WebhookEndpointId,
  afterDays: number,
): Promise<WebhookEndpoint | null> {
  const since = sql`now() - make_interval(days => ${afterDays}::int)`;
  const [row] = await tx
    .update(webhookEndpoints)
    .set({ status: "disabled", disabledAt: sql`now()` })
    .where(
      and(
        eq(webhookEndpoints.id, id),
        eq(webhookEndpoints.status, "enabled"),
        // By when it was made: what an index finds, and no heap is read through.
        sql`exists (select from webhook_deliveries d
              where d.endpoint_id = ${id} and d.state <> 'delivered' and d.tried_at < ${since} and d.created_at < ${since}
                and d.created_at >= greatest(${webhookEndpoints.enabledAt}, (
                  select max(a.ended_at) from webhook_deliveries a where a.endpoint_id = ${id} and a.state = 'delivered'))
                -- Nor had it arrived before somebody had it sent again.
                and not exists (select from webhook_attempts t
                  where t.delivery_id = d.id and t.status_code between 200 and 299))`,
      ),
    )
    .returning(SHOWN);
  return row ?? null;
}
