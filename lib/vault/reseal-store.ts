import { and, asc, desc, eq, gt, inArray, ne, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { cards, customers, dataKeys } from "@/db/schema";
import { fieldOf } from "@/db/sealed-field";
import type { Transaction } from "@/db/transact";
import type { FieldLocation } from "@/lib/crypto/aead";
import type { CardScope } from "./card-store";

/** What can be sealed under a new key while servers run: where each purpose's values are. */
const PLACES = {
  "card-number": { table: cards, column: cards.number },
  "customer-key": { table: customers, column: customers.key },
} as const;

export type RotatedPurpose = keyof typeof PLACES;
export const ROTATED_PURPOSES = Object.keys(PLACES) as RotatedPurpose[];

/** A sealed value with the place that is bound into it. */
export type SealedValue = Readonly<{ id: string; sealed: string; at: FieldLocation }>;

/** How many values are sealed under these keys. */
export function countUnder(db: Queryable, purpose: RotatedPurpose, keyIds: readonly string[]): Promise<number> {
  const { table } = PLACES[purpose];
  return keyIds.length === 0 ? Promise.resolve(0) : db.$count(table, inArray(table.keyId, [...keyIds]));
}

/** The next values under a key, by their rows' ids. */
export async function valuesUnder(
  db: Queryable,
  purpose: RotatedPurpose,
  keyId: string,
  { after, limit }: Readonly<{ after: string; limit: number }>,
): Promise<SealedValue[]> {
  const { table, column } = PLACES[purpose];
  const rows = await db
    .select({ id: table.id, merchantId: table.merchantId, sealed: column })
    .from(table)
    .where(and(eq(table.keyId, keyId), gt(sql<string>`${table.id}`, after)))
    .orderBy(asc(table.id))
    .limit(limit);
  return rows.flatMap(({ id, merchantId, sealed }) =>
    sealed === null ? [] : [{ id, sealed, at: fieldOf(column, { id, merchantId }) }],
  );
}

/** Puts each value in place of the one that it was made from; a row that has changed meanwhile is left alone. */
export async function replaceSealed(
  tx: Transaction,
  purpose: RotatedPurpose,
  values: readonly Readonly<{ id: string; before: string; after: string }>[],
): Promise<number> {
  const { table, column } = PLACES[purpose];
  const name = sql.identifier(column.name);
  const replaced = await tx.execute(sql`
    update ${table} as t set ${name} = v.after
      from json_to_recordset(${JSON.stringify(values)}::text::json) as v(id text, before text, after text)
     where t.id = v.id and t.${name} = v.before`);
  return replaced.count;
}

/** False when something is sealed under the key, or it is the one that is written with. */
export async function retireDataKey(tx: Transaction, keyId: string): Promise<boolean> {
  const [row] = await tx.execute<{ retired: boolean }>(sql`select retire_data_key(${keyId}) as retired`);
  return row?.retired === true;
}

/** While a rotation is under way: how many of a merchant's cards are still under an older key. Null when there is one key. */
export async function cardsLeftToReseal(db: Queryable, { merchantId, mode }: CardScope): Promise<number | null> {
  const [newest, older] = await db
    .select({ kid: dataKeys.kid })
    .from(dataKeys)
    .where(eq(dataKeys.purpose, "card-number"))
    .orderBy(desc(dataKeys.createdAt))
    .limit(2);
  if (!newest || !older) return null;
  return db.$count(cards, and(eq(cards.merchantId, merchantId), eq(cards.mode, mode), ne(cards.keyId, newest.kid)));
}
