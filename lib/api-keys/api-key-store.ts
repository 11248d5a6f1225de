import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { prepareOnce } from "@/db/prepare-once";
import { apiKeys } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { MerchantId } from "@/lib/ids/id";

export type StoredApiKey = typeof apiKeys.$inferSelect & { merchantId: MerchantId };

export type ApiKeyLookup = Readonly<{
  /** Null when there is no such key, or it has expired or been revoked. */
  key: StoredApiKey | null;
  /** The database's clock, Unix seconds: the one clock that all servers share. */
  nowSeconds: number;
}>;

const keyById = prepareOnce(["id"], (db, value) =>
  db
    .select({
      key: apiKeys,
      nowSeconds: sql<number>`extract(epoch from clock_timestamp())::float8`,
      usable: sql<
        boolean | null
      >`${apiKeys.revokedAt} is null and (${apiKeys.expiresAt} is null or ${apiKeys.expiresAt} > now())`,
      previousUsable: sql<boolean | null>`${apiKeys.previousSecretUntil} > now()`,
    })
    .from(sql`(values (1)) as always`)
    .leftJoin(apiKeys, eq(apiKeys.id, value.id)),
);

/** Everything that checking a signature needs, in one round trip. */
export async function findApiKey(db: Queryable, id: string): Promise<ApiKeyLookup> {
  const [row] = await keyById(db, { id });
  if (!row) throw new Error("the key look-up answered no row");
  const key = row.key && row.usable ? row.key : null;
  return {
    key: key && ({ ...key, previousSecret: row.previousUsable ? key.previousSecret : null } as StoredApiKey),
    nowSeconds: row.nowSeconds,
  };
}

/** A key as its merchant sees it: never a secret. Times that have passed are told by the database's clock. */
export type ApiKeyView = Readonly<{
  id: string;
  name: string;
  mode: "test" | "live";
  state: "active" | "expired" | "revoked";
  permissions: readonly string[];
  /** CIDR blocks; null admits every address. */
  ipAllowList: readonly string[] | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** Some seconds late at most; null while it has not been used. */
  lastUsedAt: Date | null;
  /** Until when the secret before this one is good as well; null when there is none. */
  previousSecretUntil: Date | null;
}>;

const isUsable = sql`(${apiKeys.revokedAt} is null and (${apiKeys.expiresAt} is null or ${apiKeys.expiresAt} > now()))`;

/** Nobody has more keys than fit on a page. */
const LISTED_MAX = 500;

const shown = {
  id: apiKeys.id,
  name: apiKeys.name,
  mode: apiKeys.mode,
  state: sql<ApiKeyView["state"]>`case when ${apiKeys.revokedAt} is not null then 'revoked'
    when ${isUsable} then 'active' else 'expired' end`,
  permissions: apiKeys.permissions,
  ipAllowList: apiKeys.ipAllowList,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
  lastUsedAt: apiKeys.lastUsedAt,
  previousSecretUntil:
    sql<Date | null>`case when ${apiKeys.previousSecretUntil} > now() then ${apiKeys.previousSecretUntil} end`.mapWith(
      apiKeys.previousSecretUntil,
    ),
};

/** A merchant's keys of both modes: those that can be used first, then the newest. */
export function listKeyRows(db: Queryable, merchantId: MerchantId): Promise<ApiKeyView[]> {
  return db
    .select(shown)
    .from(apiKeys)
    .where(eq(apiKeys.merchantId, merchantId))
    .orderBy(desc(isUsable), desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(LISTED_MAX);
}

/** One of a merchant's own, or null. */
export async function findOwnKey(db: Queryable, merchantId: MerchantId, id: string): Promise<ApiKeyView | null> {
  const [row] = await db.select(shown).from(apiKeys).where(ownKey(merchantId, id));
  return row ?? null;
}

export type NewKeyRow = Readonly<{
  id: string;
  merchantId: MerchantId;
  mode: "test" | "live";
  name: string;
  /** Sealed. */
  secret: string;
  permissions: string[];
  ipAllowList: string[] | null;
  expiresInDays: number | null;
}>;

export async function insertKey(tx: Transaction, { expiresInDays, ...row }: NewKeyRow): Promise<void> {
  const expiresAt = expiresInDays === null ? null : sql`now() + make_interval(days => ${expiresInDays}::int)`;
  await tx.insert(apiKeys).values({ ...row, expiresAt });
}

/** Puts a new sealed secret in the place of the current one, which stays good for the grace. False unless the key can be used. */
export async function replaceSecret(
  tx: Transaction,
  { merchantId, id }: Readonly<{ merchantId: MerchantId; id: string }>,
  secret: string,
  graceSeconds: number,
): Promise<boolean> {
  const previous =
    graceSeconds === 0
      ? { previousSecret: null, previousSecretUntil: null }
      : {
          previousSecret: sql`${apiKeys.secret}`,
          previousSecretUntil: sql`now() + make_interval(secs => ${graceSeconds}::int)`,
        };
  const rows = await tx
    .update(apiKeys)
    .set({ secret, ...previous })
    .where(and(ownKey(merchantId, id), isUsable))
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}

/** Ends the grace of the secret before. False where there is none. */
export async function dropPreviousSecret(tx: Transaction, merchantId: MerchantId, id: string): Promise<boolean> {
  const rows = await tx
    .update(apiKeys)
    .set({ previousSecret: null, previousSecretUntil: null })
    .where(and(ownKey(merchantId, id), isNull(apiKeys.revokedAt), sql`${apiKeys.previousSecret} is not null`))
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}

/** Ends a key for good. False where it was ended before, or there is none. */
export async function revokeKey(tx: Transaction, merchantId: MerchantId, id: string): Promise<boolean> {
  const rows = await tx
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(ownKey(merchantId, id), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}

function ownKey(merchantId: MerchantId, id: string) {
  return and(eq(apiKeys.id, id), eq(apiKeys.merchantId, merchantId));
}
