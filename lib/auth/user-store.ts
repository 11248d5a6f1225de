import { and, eq } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { signInChallenges, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { MerchantId, UserId } from "@/lib/ids/id";

export type Account = Readonly<{ userId: UserId; merchantId: MerchantId; passwordHash: string; disabled: boolean }>;

/** The account of a normalised e-mail, or null. */
export async function findAccount(db: Queryable, email: string): Promise<Account | null> {
  const [row] = await db
    .select({
      userId: users.id,
      merchantId: users.merchantId,
      passwordHash: users.passwordHash,
      disabledAt: users.disabledAt,
    })
    .from(users)
    .where(eq(users.email, email));
  if (!row) return null;
  const { userId, merchantId, passwordHash, disabledAt } = row;
  return {
    userId: userId as UserId,
    merchantId: merchantId as MerchantId,
    passwordHash,
    disabled: disabledAt !== null,
  };
}

/** A user's password as its hash, or null when there is no such user. */
export async function findPasswordHash(db: Queryable, userId: UserId): Promise<string | null> {
  const [row] = await db.select({ hash: users.passwordHash }).from(users).where(eq(users.id, userId));
  return row?.hash ?? null;
}

/**
 * False when it was changed by somebody else since `from` was read: of two changes at once one is made. A sign-in that the
 * old password began is over with it.
 */
export async function replacePasswordHash(
  tx: Transaction,
  userId: UserId,
  { from, to }: Readonly<{ from: string; to: string }>,
): Promise<boolean> {
  const changed = await tx
    .update(users)
    .set({ passwordHash: to })
    .where(and(eq(users.id, userId), eq(users.passwordHash, from)))
    .returning({ id: users.id });
  if (changed.length === 0) return false;
  await tx.delete(signInChallenges).where(eq(signInChallenges.userId, userId));
  return true;
}

/** Whose user it is, or null when there is no such user. */
export async function findMerchantOf(db: Queryable, userId: UserId): Promise<MerchantId | null> {
  const [row] = await db.select({ merchantId: users.merchantId }).from(users).where(eq(users.id, userId));
  return row ? (row.merchantId as MerchantId) : null;
}
