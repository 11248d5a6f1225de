import { and, asc, desc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { cards } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { SealedText } from "@/lib/crypto/sealed-text";
import type { CardId, CustomerId, MerchantId } from "@/lib/ids/id";
import { beyond, type Page, type PageRequest, toPage } from "@/lib/paging/keyset";

export type CardRecord = Omit<typeof cards.$inferSelect, "number" | "keyId" | "oneOff">;
export type CardScope = Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;

/** A card as it goes in: its number sealed. What repeats it is found out by the database. */
export type NewCardRow = Omit<CardRecord, "createdAt" | "deletedAt" | "spentAt" | "duplicateOf" | "fingerprint"> &
  Readonly<{ number: SealedText; fingerprint: Buffer; oneOff?: boolean }>;

function inScope({ merchantId, mode }: CardScope): SQL | undefined {
  return and(eq(cards.merchantId, merchantId), eq(cards.mode, mode));
}

/** Everything but the number: only the one who charges asks for that. */
const SHOWN = {
  id: cards.id,
  merchantId: cards.merchantId,
  mode: cards.mode,
  customerId: cards.customerId,
  fingerprint: cards.fingerprint,
  duplicateOf: cards.duplicateOf,
  brand: cards.brand,
  lastFour: cards.lastFour,
  expMonth: cards.expMonth,
  expYear: cards.expYear,
  createdAt: cards.createdAt,
  deletedAt: cards.deletedAt,
  spentAt: cards.spentAt,
};

/**
 * The sealed number alone. Null when there is none: no such card, or it has been shredded. A deleted card whose number is
 * still there has a payment that may have to be sent again.
 */
export async function findSealedNumber(db: Queryable, scope: CardScope, id: CardId): Promise<SealedText | null> {
  const [row] = await db
    .select({ number: cards.number })
    .from(cards)
    .where(and(eq(cards.id, id), inScope(scope)));
  return row?.number ?? null;
}

/** A card as this merchant and mode may see it. Null for a deleted one and for another's, as for one that never was. */
export async function findCard(db: Queryable, scope: CardScope, id: CardId): Promise<CardRecord | null> {
  const [row] = await db
    .select(SHOWN)
    .from(cards)
    .where(and(eq(cards.id, id), inScope(scope), isNull(cards.deletedAt)));
  return row ?? null;
}

export type CardFilter = Readonly<{
  customer?: string | undefined;
  id?: string | undefined;
  lastFour?: string | undefined;
}>;

/** One page, newest first. Throws 400 `cursor_invalid`. */
export async function listCards(
  db: Queryable,
  scope: CardScope,
  { customer, id, lastFour }: CardFilter,
  page: PageRequest,
): Promise<Page<CardRecord>> {
  const order = page.direction === "newer" && page.cursor !== null ? asc : desc;
  const rows = await db
    .select(SHOWN)
    .from(cards)
    .where(
      and(
        inScope(scope),
        isNull(cards.deletedAt),
        customer === undefined ? undefined : sql`${cards.customerId} = ${customer}`,
        id === undefined ? undefined : sql`${cards.id} = ${id}`,
        lastFour === undefined ? undefined : eq(cards.lastFour, lastFour),
        beyond(cards, "tok", page),
      ),
    )
    .orderBy(order(cards.createdAt), order(cards.id))
    .limit(page.limit + 1);
  return toPage(rows, page);
}

/**
 * Writes the card; `duplicateOf` becomes the merchant's first card with its number that is still there. Two with one number
 * at the same moment come one after the other: the lock, on the fingerprint, is held until the transaction ends.
 */
export async function insertCard(tx: Transaction, card: NewCardRow): Promise<CardRecord> {
  const earlier = tx
    .select({ id: sql`earlier.id` })
    .from(sql`${cards} as earlier`)
    .where(
      sql`earlier.fingerprint = ${card.fingerprint} and earlier.merchant_id = ${card.merchantId}
          and earlier.mode = ${card.mode} and earlier.deleted_at is null`,
    )
    .orderBy(sql`earlier.created_at, earlier.id`)
    .limit(1);
  const [, [row]] = await Promise.all([
    tx.execute(
      sql`select pg_advisory_xact_lock(${card.fingerprint.readInt32BE(0)}, ${card.fingerprint.readInt32BE(4)})`,
    ),
    tx
      .insert(cards)
      .values({ ...card, duplicateOf: sql`(${earlier})` })
      .returning(SHOWN),
  ]);
  if (!row) throw new Error("the inserted card did not come back");
  return row;
}

/** From here on nothing new is started with it. Null when there is no such card, or no more. */
export async function deleteCardRow(tx: Transaction, scope: CardScope, id: CardId): Promise<CardRecord | null> {
  const [row] = await tx
    .update(cards)
    .set({ deletedAt: sql`now()` })
    .where(and(eq(cards.id, id), inScope(scope), isNull(cards.deletedAt)))
    .returning(SHOWN);
  return row ?? null;
}

/** The same for every card of a customer. */
export function deleteCardRowsOf(tx: Transaction, scope: CardScope, customer: CustomerId): Promise<CardRecord[]> {
  return tx
    .update(cards)
    .set({ deletedAt: sql`now()` })
    .where(and(eq(cards.customerId, customer), inScope(scope), isNull(cards.deletedAt)))
    .returning(SHOWN);
}

/**
 * Shreds a deleted card's number, unless a pending payment may have to be sent with it again. Settling that payment calls the
 * same function, by a trigger.
 */
export async function shredDeletedNumber(tx: Transaction, id: CardId): Promise<void> {
  await tx.execute(sql`select shred_card_number(${id})`);
}
