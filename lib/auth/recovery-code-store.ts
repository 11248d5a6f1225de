import { and, eq, sql } from "drizzle-orm";
import { recoveryCodes } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { UserId } from "@/lib/ids/id";

/** Selector → argon2id hash of the rest. */
export type StoredRecoveryCodes = Readonly<Record<string, string>>;

/** Gives the user these codes; all former ones are good no longer. */
export async function putRecoveryCodes(tx: Transaction, userId: UserId, codes: StoredRecoveryCodes): Promise<void> {
  await tx
    .insert(recoveryCodes)
    .values({ userId, codes })
    .onConflictDoUpdate({ target: recoveryCodes.userId, set: { codes, createdAt: sql`clock_timestamp()` } });
}

/** The hash behind a selector, or null. */
export async function findRecoveryHash(tx: Transaction, userId: UserId, selector: string): Promise<string | null> {
  const [row] = await tx
    .select({ hash: sql<string | null>`${recoveryCodes.codes} ->> ${selector}::text` })
    .from(recoveryCodes)
    .where(eq(recoveryCodes.userId, userId));
  return row?.hash ?? null;
}

/** Takes a code out; false when it was used before. */
export async function takeRecoveryCode(tx: Transaction, userId: UserId, selector: string): Promise<boolean> {
  const taken = await tx
    .update(recoveryCodes)
    .set({ codes: sql`${recoveryCodes.codes} - ${selector}::text` })
    .where(and(eq(recoveryCodes.userId, userId), sql`jsonb_exists(${recoveryCodes.codes}, ${selector}::text)`))
    .returning({ userId: recoveryCodes.userId });
  return taken.length === 1;
}
