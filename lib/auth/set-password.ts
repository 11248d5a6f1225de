import type { Transaction } from "@/db/transact";
import { deleteUnusedLinks } from "@/lib/email-links/email-link-store";
import type { UserId } from "@/lib/ids/id";
import { closeChallenges } from "./challenge-store";
import { replacePasswordHash } from "./user-store";

/**
 * Puts a new password's hash in place of the one that was read; false when another change was faster. With the old
 * password goes what it opened: sign-ins that wait for their second factor, and links to set another one.
 */
export async function setPassword(
  tx: Transaction,
  userId: UserId,
  change: Readonly<{ from: string; to: string }>,
): Promise<boolean> {
  if (!(await replacePasswordHash(tx, userId, change))) return false;
  await closeChallenges(tx, userId);
  await deleteUnusedLinks(tx, userId, "reset_password");
  return true;
}
