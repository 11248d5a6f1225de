import { and, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { emailLinks, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import { sha256 } from "@/lib/crypto/digest";
import { type LinkId, newId, type UserId } from "@/lib/ids/id";

export type LinkPurpose = (typeof emailLinks.$inferSelect)["purpose"];

export type NewLink = Readonly<{
  token: string;
  userId: UserId;
  purpose: LinkPurpose;
  subject: string | null;
  ttlSeconds: number;
}>;

/** `subject` is the session that `revoke_session` ends, else null. */
export type EmailLink = Readonly<{ id: LinkId; userId: UserId; subject: string | null }>;

const link = { id: emailLinks.id, userId: emailLinks.userId, subject: emailLinks.subject };

/** Stores a link under the SHA-256 of its token. */
export async function insertLink(tx: Transaction, { token, ttlSeconds, ...link }: NewLink): Promise<void> {
  await tx.insert(emailLinks).values({
    id: newId("lnk"),
    tokenHash: sha256(token),
    ...link,
    expiresAt: sql`now() + make_interval(secs => ${ttlSeconds}::int)`,
  });
}

/** Takes back the user's unused links of a purpose: the newest e-mail alone counts. */
export async function deleteUnusedLinks(tx: Transaction, userId: UserId, purpose: LinkPurpose): Promise<void> {
  // One request of a user at a time: two at once must not each leave a link that the other did not see.
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
  await tx
    .delete(emailLinks)
    .where(and(eq(emailLinks.userId, userId), eq(emailLinks.purpose, purpose), isNull(emailLinks.usedAt)));
}

function toLink(row: Readonly<{ id: string; userId: string; subject: string | null }>): EmailLink {
  return { id: row.id as LinkId, userId: row.userId as UserId, subject: row.subject };
}

function isOpen(token: string, purpose: LinkPurpose) {
  return and(
    eq(emailLinks.tokenHash, sha256(token)),
    eq(emailLinks.purpose, purpose),
    isNull(emailLinks.usedAt),
    sql`${emailLinks.expiresAt} > clock_timestamp()`,
  );
}

/** The open link of a token; null when it is unknown, used, expired or for another purpose. */
export async function findLink(db: Queryable, token: string, purpose: LinkPurpose): Promise<EmailLink | null> {
  const [row] = await db.select(link).from(emailLinks).where(isOpen(token, purpose));
  return row ? toLink(row) : null;
}

/** Uses an open link up. Of two at once one gets it: the other waits for the row, and finds it used. */
export async function spendLink(tx: Transaction, token: string, purpose: LinkPurpose): Promise<EmailLink | null> {
  const [row] = await tx
    .update(emailLinks)
    .set({ usedAt: sql`clock_timestamp()` })
    .where(isOpen(token, purpose))
    .returning(link);
  return row ? toLink(row) : null;
}
