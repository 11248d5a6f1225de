import type { Queryable } from "@/db/client";
import { randomToken } from "@/lib/crypto/random";
import { newId, type UserId } from "@/lib/ids/id";
import { findOpenChallenge, insertChallenge, type SignInChallenge } from "./challenge-store";

/** From the right password to the last moment for a code (ASVS 6.6.3). */
export const CHALLENGE_TTL_SECONDS = 300;

/** 32 random bytes in base64url; anything else is not worth a question to the database. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * Opens a challenge for a user whose password was right for that hash; the token goes into the browser's cookie and
 * nowhere else. Null when the hash is no longer the user's.
 */
export async function openChallenge(db: Queryable, userId: UserId, passwordHash: string): Promise<string | null> {
  const token = randomToken();
  const challenge = { id: newId("chl"), token, userId, passwordHash, ttlSeconds: CHALLENGE_TTL_SECONDS };
  return (await insertChallenge(db, challenge)) ? token : null;
}

export function isChallengeToken(text: string): boolean {
  return TOKEN.test(text);
}

/** The open challenge behind a cookie, or null: none, made up, used or expired, or of a user who has been disabled. */
export async function readChallenge(db: Queryable, token: string | null): Promise<SignInChallenge | null> {
  return token !== null && isChallengeToken(token) ? findOpenChallenge(db, token) : null;
}
