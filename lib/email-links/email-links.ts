import type { Queryable } from "@/db/client";
import type { Transaction } from "@/db/transact";
import { randomToken } from "@/lib/crypto/random";
import type { UserId } from "@/lib/ids/id";
import {
  deleteUnusedLinks,
  type EmailLink,
  findLink,
  insertLink,
  type LinkPurpose,
  spendLink,
} from "./email-link-store";

export type { EmailLink, LinkPurpose };

/** 32 random bytes in base64url; anything else is not worth a question to the database. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export type LinkRequest = Readonly<{
  userId: UserId;
  purpose: LinkPurpose;
  /** The session that `revoke_session` ends; null for the other purposes. */
  subject: string | null;
  ttlSeconds: number;
}>;

/**
 * A link that acts once: the token goes into the fragment of an e-mailed address and is kept nowhere, the database has its
 * SHA-256 (ASVS 6.5.2). A new link takes back the user's unused ones of its purpose; only those that end a session stand
 * side by side, one for each session.
 */
export async function createEmailLink(tx: Transaction, request: LinkRequest): Promise<string> {
  const { userId, purpose } = request;
  if (purpose !== "revoke_session") await deleteUnusedLinks(tx, userId, purpose);
  const token = randomToken();
  await insertLink(tx, { ...request, token });
  return token;
}

/** Whose link it is, if it may still be used for this purpose. It stays usable. */
export async function findEmailLink(db: Queryable, token: string, purpose: LinkPurpose): Promise<EmailLink | null> {
  return TOKEN.test(token) ? findLink(db, token, purpose) : null;
}

/** As `findEmailLink`, and uses it up; a transaction that is undone gives it back. */
export async function consumeEmailLink(
  tx: Transaction,
  token: string,
  purpose: LinkPurpose,
): Promise<EmailLink | null> {
  return TOKEN.test(token) ? spendLink(tx, token, purpose) : null;
}
