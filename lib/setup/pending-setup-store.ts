import { and, eq, lt, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { pendingSetups } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import { sha256 } from "@/lib/crypto/digest";

/** Codes that are looked at for one set-up. */
const TRIES_MAX = 10;

export type StoredSetup = Readonly<{
  id: string;
  sealed: string;
  /** The database's clock, Unix seconds. */
  nowSeconds: number;
}>;

const stored = {
  id: pendingSetups.id,
  sealed: pendingSetups.sealed,
  nowSeconds: sql<number>`extract(epoch from clock_timestamp())::float8`,
};

type NewSetup = Readonly<{ id: string; token: string; sealed: string; ttlSeconds: number }>;

/** Stores a set-up under the SHA-256 of its token, and drops those that have expired. */
export async function insertPendingSetup(tx: Transaction, { id, token, sealed, ttlSeconds }: NewSetup): Promise<void> {
  await tx.delete(pendingSetups).where(lt(pendingSetups.expiresAt, sql`now()`));
  await tx.insert(pendingSetups).values({
    id,
    tokenHash: sha256(token),
    sealed,
    createdAt: sql`now()`,
    expiresAt: sql`now() + make_interval(secs => ${ttlSeconds}::int)`,
  });
}

function isOpen(token: string) {
  return and(
    eq(pendingSetups.tokenHash, sha256(token)),
    lt(pendingSetups.attempts, TRIES_MAX),
    sql`${pendingSetups.expiresAt} > clock_timestamp()`,
  );
}

/** The open set-up of a token; null when there is none, it has expired, or its tries are used up. */
export async function findPendingSetup(db: Queryable, token: string): Promise<StoredSetup | null> {
  const [row] = await db.select(stored).from(pendingSetups).where(isOpen(token));
  return row ?? null;
}

/** The same, with one try counted, and held until the transaction ends. */
export async function takeSetupTry(tx: Transaction, token: string): Promise<StoredSetup | null> {
  const [row] = await tx
    .update(pendingSetups)
    .set({ attempts: sql`${pendingSetups.attempts} + 1` })
    .where(isOpen(token))
    .returning(stored);
  return row ?? null;
}

/** There is a merchant now: nobody's set-up is under way any more. */
export async function deletePendingSetups(tx: Transaction): Promise<void> {
  await tx.delete(pendingSetups);
}
