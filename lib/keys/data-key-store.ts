import { asc, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { dataKeys } from "@/db/schema";
import type { Transaction } from "@/db/transact";

export type StoredDataKey = typeof dataKeys.$inferSelect;

export function listDataKeys(db: Queryable): Promise<StoredDataKey[]> {
  return db.select().from(dataKeys).orderBy(asc(dataKeys.createdAt), asc(dataKeys.kid));
}

export async function insertDataKey(tx: Transaction, key: Omit<StoredDataKey, "createdAt">): Promise<void> {
  await tx.insert(dataKeys).values(key);
}

/** Any number, but always the same one: servers that start together make first keys one after another. */
const FIRST_KEYS_LOCK = 727_202;

export async function lockFirstKeys(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${FIRST_KEYS_LOCK})`);
}

/** Replaces the wrapping that `before` is. False when it has changed meanwhile. */
export async function rewrapDataKey(tx: Transaction, kid: string, before: string, after: string): Promise<boolean> {
  const [row] = await tx.execute<{ done: boolean }>(sql`select rewrap_data_key(${kid}, ${before}, ${after}) as done`);
  return row?.done === true;
}
