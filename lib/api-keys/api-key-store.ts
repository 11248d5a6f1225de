import { eq, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { prepareOnce } from "@/db/prepare-once";
import { apiKeys } from "@/db/schema";
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
