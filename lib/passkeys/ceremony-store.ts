import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { webauthnChallenges } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import { sha256 } from "@/lib/crypto/digest";
import type { UserId } from "@/lib/ids/id";
import { CEREMONY_SECONDS } from "./relying-party";

/** What an authenticator is asked to prove something for, while somebody is known who it has to be. */
export type ProofPurpose = "second_factor" | "step_up" | "recover";

/** What a challenge was made for. An answer counts for this and for nothing else. */
export type Ceremony =
  | Readonly<{ purpose: "sign_in"; userId: null; subject: null }>
  | Readonly<{ purpose: ProofPurpose | "enrol"; userId: UserId; subject: string }>;

/**
 * Keeps the hash of a challenge for five minutes. A new one of the same user for the same thing replaces the one before,
 * so that asking again and again fills nothing.
 */
export async function insertCeremony(
  db: Queryable,
  challenge: Uint8Array,
  { purpose, userId, subject }: Ceremony,
): Promise<void> {
  if (userId !== null) {
    await db
      .delete(webauthnChallenges)
      .where(
        and(
          eq(webauthnChallenges.userId, userId),
          or(
            and(eq(webauthnChallenges.purpose, purpose), eq(webauthnChallenges.subject, subject)),
            lt(webauthnChallenges.expiresAt, sql`now()`),
          ),
        ),
      );
  }
  await db.insert(webauthnChallenges).values({
    challengeHash: sha256(challenge),
    purpose,
    userId,
    subject,
    createdAt: sql`clock_timestamp()`,
    expiresAt: sql`clock_timestamp() + make_interval(secs => ${CEREMONY_SECONDS}::int)`,
  });
}

export type ConsumedCeremony = "own" | "unknown" | "expired" | "of_other";

/**
 * Uses a challenge up, wherever it is shown: of several answers to one, at the same moment too, the first finds it and
 * the others wait for its end and find nothing. If that transaction is undone the challenge stands again, and so does
 * everything else.
 */
export async function consumeCeremony(
  tx: Transaction,
  challenge: Uint8Array,
  { purpose, userId, subject }: Ceremony,
): Promise<ConsumedCeremony> {
  const own = and(
    eq(webauthnChallenges.purpose, purpose),
    userId === null ? isNull(webauthnChallenges.userId) : eq(webauthnChallenges.userId, userId),
    subject === null ? isNull(webauthnChallenges.subject) : eq(webauthnChallenges.subject, subject),
  );
  const [row] = await tx
    .delete(webauthnChallenges)
    .where(eq(webauthnChallenges.challengeHash, sha256(challenge)))
    .returning({
      own: sql<boolean>`coalesce(${own}, false)`,
      expired: sql<boolean>`${webauthnChallenges.expiresAt} <= clock_timestamp()`,
    });
  if (!row) return "unknown";
  if (!row.own) return "of_other";
  return row.expired ? "expired" : "own";
}
