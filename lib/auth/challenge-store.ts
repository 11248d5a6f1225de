import { and, eq, isNull, lt, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { merchants, signInChallenges, users } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import { sha256 } from "@/lib/crypto/digest";
import type { ChallengeId, MerchantId, UserId } from "@/lib/ids/id";

/** A right password that waits for its second factor. */
export type SignInChallenge = Readonly<{
  id: ChallengeId;
  user: Readonly<{ id: UserId; email: string; name: string }>;
  merchantId: MerchantId;
}>;

/** Codes that one challenge takes, wrong or refused unread: then it begins again with the password (ASVS 6.6.3). */
const TRIES_MAX = 3;

type NewChallenge = Readonly<{
  id: ChallengeId;
  token: string;
  userId: UserId;
  /** The hash that the password was right for. */
  passwordHash: string;
  ttlSeconds: number;
}>;

/**
 * Stores a challenge under the SHA-256 of its token, and drops the user's expired ones. False, and nothing is stored, when
 * the password has been changed or the user disabled since it was looked at: a change under way is waited for.
 */
export async function insertChallenge(db: Queryable, challenge: NewChallenge): Promise<boolean> {
  const { id, token, userId, passwordHash, ttlSeconds } = challenge;
  await db
    .delete(signInChallenges)
    .where(and(eq(signInChallenges.userId, userId), lt(signInChallenges.expiresAt, sql`now()`)));
  const stored = await db.execute(sql`
    insert into ${signInChallenges} (id, token_hash, user_id, created_at, expires_at)
    select ${id}, ${sha256(token)}, u.id, now(), now() + make_interval(secs => ${ttlSeconds}::int)
      from ${users} as u
     where u.id = ${userId} and u.password_hash = ${passwordHash} and u.disabled_at is null
       for share
    returning id`);
  return stored.length === 1;
}

function isOpen() {
  return and(
    isNull(signInChallenges.consumedAt),
    sql`${signInChallenges.expiresAt} > now()`,
    lt(signInChallenges.attempts, TRIES_MAX),
  );
}

/** The open challenge of a token: not used, not expired, tries left, its user not disabled. Null otherwise. */
export async function findOpenChallenge(db: Queryable, token: string): Promise<SignInChallenge | null> {
  const [row] = await db
    .select({
      id: signInChallenges.id,
      userId: users.id,
      email: users.email,
      name: users.name,
      merchantId: merchants.id,
    })
    .from(signInChallenges)
    .innerJoin(users, eq(users.id, signInChallenges.userId))
    .innerJoin(merchants, eq(merchants.id, users.merchantId))
    .where(and(eq(signInChallenges.tokenHash, sha256(token)), isOpen(), isNull(users.disabledAt)));
  if (!row) return null;
  return {
    id: row.id as ChallengeId,
    user: { id: row.userId as UserId, email: row.email, name: row.name },
    merchantId: row.merchantId as MerchantId,
  };
}

/** Why a token opens nothing, and whose it was, if anybody's. */
export type DeadChallenge = Readonly<{
  reason: "unknown" | "used" | "expired" | "tries_spent" | "user_disabled";
  holder: Readonly<{ userId: UserId; merchantId: MerchantId }> | null;
}>;

export async function findDeadChallenge(db: Queryable, token: string): Promise<DeadChallenge> {
  const [row] = await db
    .select({
      userId: users.id,
      merchantId: users.merchantId,
      reason: sql<DeadChallenge["reason"]>`case
        when ${signInChallenges.consumedAt} is not null then 'used'
        when ${signInChallenges.expiresAt} <= now() then 'expired'
        when ${signInChallenges.attempts} >= ${TRIES_MAX}::int then 'tries_spent'
        when ${users.disabledAt} is not null then 'user_disabled'
        else 'unknown' end`,
    })
    .from(signInChallenges)
    .innerJoin(users, eq(users.id, signInChallenges.userId))
    .where(eq(signInChallenges.tokenHash, sha256(token)));
  if (!row) return { reason: "unknown", holder: null };
  const { userId, merchantId, reason } = row;
  return { reason, holder: { userId: userId as UserId, merchantId: merchantId as MerchantId } };
}

/** Holds the challenge until the transaction ends, and counts a try of a code; false when it is no longer open. */
export async function takeChallengeTry(tx: Transaction, id: ChallengeId, counts: boolean): Promise<boolean> {
  const taken = await tx
    .update(signInChallenges)
    .set({ attempts: sql`${signInChallenges.attempts} + ${counts ? 1 : 0}::int` })
    .where(and(eq(signInChallenges.id, id), isOpen()))
    .returning({ id: signInChallenges.id });
  return taken.length === 1;
}

/** Uses the challenge up; false when it was used before. */
export async function consumeChallenge(tx: Transaction, id: ChallengeId): Promise<boolean> {
  const consumed = await tx
    .update(signInChallenges)
    .set({ consumedAt: sql`clock_timestamp()` })
    .where(and(eq(signInChallenges.id, id), isNull(signInChallenges.consumedAt)))
    .returning({ id: signInChallenges.id });
  return consumed.length === 1;
}

/** Uses up whatever the user's password has opened and no factor has closed. */
export async function closeChallenges(tx: Transaction, userId: UserId): Promise<void> {
  await tx
    .update(signInChallenges)
    .set({ consumedAt: sql`clock_timestamp()` })
    .where(and(eq(signInChallenges.userId, userId), isNull(signInChallenges.consumedAt)));
}
