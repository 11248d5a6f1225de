import { and, eq, inArray, lt, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { factorEnrolments } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { EnrolmentId, UserId } from "@/lib/ids/id";

export type EnrolmentKind = (typeof factorEnrolments.$inferSelect)["kind"];

/** From beginning to the right code. */
const TTL_SECONDS = 600;
/** Codes that are looked at for one enrolment. */
const TRIES_MAX = 5;

type NewEnrolment = Readonly<{ id: EnrolmentId; userId: UserId; kind: EnrolmentKind; sealed: string | null }>;

export type Enrolment = Readonly<{
  id: EnrolmentId;
  /** The sealed secret or number; null for e-mail. */
  sealed: string | null;
  /** The database's clock, Unix seconds. */
  nowSeconds: number;
}>;

/** Begins an enrolment; the one of this kind that was under way is over. */
export async function beginEnrolment(tx: Transaction, { id, userId, kind, sealed }: NewEnrolment): Promise<void> {
  const fresh = {
    id,
    sealed,
    attempts: 0,
    createdAt: sql`clock_timestamp()`,
    expiresAt: sql`clock_timestamp() + make_interval(secs => ${TTL_SECONDS}::int)`,
  };
  await tx
    .insert(factorEnrolments)
    .values({ userId, kind, ...fresh })
    .onConflictDoUpdate({ target: [factorEnrolments.userId, factorEnrolments.kind], set: fresh });
}

/**
 * Counts a try and holds the enrolment until the transaction ends; null when it is over: proved, expired, tried too
 * often, or replaced by a newer one. So a code that was typed for another secret or number proves nothing.
 */
export async function takeEnrolmentTry(
  tx: Transaction,
  userId: UserId,
  kind: EnrolmentKind,
  id: EnrolmentId,
): Promise<Enrolment | null> {
  const [row] = await tx
    .update(factorEnrolments)
    .set({ attempts: sql`${factorEnrolments.attempts} + 1` })
    .where(
      and(
        eq(factorEnrolments.id, id),
        eq(factorEnrolments.userId, userId),
        eq(factorEnrolments.kind, kind),
        lt(factorEnrolments.attempts, TRIES_MAX),
        sql`${factorEnrolments.expiresAt} > clock_timestamp()`,
      ),
    )
    .returning({
      sealed: factorEnrolments.sealed,
      nowSeconds: sql<number>`extract(epoch from clock_timestamp())::float8`,
    });
  return row ? { id, ...row } : null;
}

/** What a user has begun and may go on with, of the kinds that are proved by a code that was sent. Counts nothing. */
export function findOpenEnrolments(
  db: Queryable,
  userId: UserId,
): Promise<{ id: EnrolmentId; kind: "sms" | "email"; sealed: string | null }[]> {
  return db
    .select({
      id: sql<EnrolmentId>`${factorEnrolments.id}`,
      kind: sql<"sms" | "email">`${factorEnrolments.kind}`,
      sealed: factorEnrolments.sealed,
    })
    .from(factorEnrolments)
    .where(
      and(
        eq(factorEnrolments.userId, userId),
        inArray(factorEnrolments.kind, ["sms", "email"]),
        lt(factorEnrolments.attempts, TRIES_MAX),
        sql`${factorEnrolments.expiresAt} > clock_timestamp()`,
      ),
    );
}

/** The enrolment has become a factor, or is given up. */
export async function endEnrolment(tx: Transaction, userId: UserId, kind: EnrolmentKind): Promise<void> {
  await tx.delete(factorEnrolments).where(and(eq(factorEnrolments.userId, userId), eq(factorEnrolments.kind, kind)));
}
