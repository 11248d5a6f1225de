import { and, asc, eq, isNull, type SQL } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { cards } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { CardId, MerchantId } from "@/lib/ids/id";

export type CardRecord = typeof cards.$inferSelect;
type Scope = Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;

function inScope({ merchantId, mode }: Scope): SQL | undefined {
  return and(eq(cards.merchantId, merchantId), eq(cards.mode, mode));
}

/** The sealed number alone: only the one who charges asks for it. */
export async function findSealedNumber(db: Queryable, scope: Scope, id: CardId): Promise<string | null> {
  const [row] = await db
    .select({ number: cards.number })
    .from(cards)
    .where(and(eq(cards.id, id), inScope(scope)));
  return row?.number ?? null;
}

/** The merchant's first card with this number, whose later ones are its duplicates. */
export async function findFirstByFingerprint(db: Queryable, scope: Scope, fingerprint: Buffer): Promise<CardId | null> {
  const [row] = await db
    .select({ id: cards.id })
    .from(cards)
    .where(and(eq(cards.fingerprint, fingerprint), isNull(cards.duplicateOf), inScope(scope)))
    .orderBy(asc(cards.createdAt), asc(cards.id))
    .limit(1);
  return row?.id ?? null;
}

export async function insertCard(tx: Transaction, card: Omit<CardRecord, "createdAt">): Promise<CardRecord> {
  const [row] = await tx.insert(cards).values(card).returning();
  if (!row) throw new Error("the inserted card did not come back");
  return row;
}
