import { eq } from "drizzle-orm";
import { emailFactors, phoneFactors } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { UserId } from "@/lib/ids/id";

/** Puts a sealed number in place of the user's present one; true when there was one. */
export async function replacePhone(tx: Transaction, userId: UserId, phone: string): Promise<boolean> {
  const replaced = await deletePhone(tx, userId);
  await tx.insert(phoneFactors).values({ userId, phone });
  return replaced;
}

/** False when there was none. */
export async function deletePhone(tx: Transaction, userId: UserId): Promise<boolean> {
  const deleted = await tx
    .delete(phoneFactors)
    .where(eq(phoneFactors.userId, userId))
    .returning({ userId: phoneFactors.userId });
  return deleted.length === 1;
}

export async function insertEmailCodes(tx: Transaction, userId: UserId): Promise<void> {
  await tx.insert(emailFactors).values({ userId }).onConflictDoNothing();
}

/** False when they were off. */
export async function deleteEmailCodes(tx: Transaction, userId: UserId): Promise<boolean> {
  const deleted = await tx
    .delete(emailFactors)
    .where(eq(emailFactors.userId, userId))
    .returning({ userId: emailFactors.userId });
  return deleted.length === 1;
}
