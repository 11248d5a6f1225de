import { eq } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { totpFactors } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { UserId } from "@/lib/ids/id";

type Authenticator = Readonly<{
  userId: UserId;
  /** Sealed. */
  secret: string;
  /** The time step of the code that proved it: that code signs nobody in afterwards. */
  lastStep: number;
}>;

export async function hasAuthenticator(db: Queryable, userId: UserId): Promise<boolean> {
  const rows = await db.select({ userId: totpFactors.userId }).from(totpFactors).where(eq(totpFactors.userId, userId));
  return rows.length === 1;
}

/** Puts an authenticator in place of the user's present one, if any; true when there was one. */
export async function replaceAuthenticator(tx: Transaction, authenticator: Authenticator): Promise<boolean> {
  const replaced = await deleteAuthenticator(tx, authenticator.userId);
  await tx.insert(totpFactors).values(authenticator);
  return replaced;
}

/** False when there was none. */
export async function deleteAuthenticator(tx: Transaction, userId: UserId): Promise<boolean> {
  const deleted = await tx
    .delete(totpFactors)
    .where(eq(totpFactors.userId, userId))
    .returning({ userId: totpFactors.userId });
  return deleted.length === 1;
}
