import { and, eq, lt, sql } from "drizzle-orm";
import { factorAttempts, totpFactors } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { UserId } from "@/lib/ids/id";

/**
 * What whoever tries has shown before: the password, a link that came by e-mail, or a session. Each has a count of its own,
 * so that nobody locks what takes more than they have.
 */
export type TryScope = (typeof factorAttempts.$inferSelect)["scope"];

/** Where an account stands once this try is counted. */
export type CountedTry = Readonly<{
  /** Tries since the last success or the end of the last lock, this one included; as it was while locked. */
  failures: number;
  locked: boolean;
  /** The database's clock, Unix seconds. */
  nowSeconds: number;
}>;

/**
 * Counts a try as failed before anybody looks at its code, and holds the row until the transaction ends: tries of the
 * same moment are counted one after another. While they are locked nothing is counted; a lock that has run out
 * begins a new count. A success sets the count back by `clearTries`.
 */
export async function countTry(tx: Transaction, userId: UserId, scope: TryScope): Promise<CountedTry> {
  const stillLocked = sql`${factorAttempts.lockedUntil} > now()`;
  const [row] = await tx
    .insert(factorAttempts)
    .values({ userId, scope, failures: 1 })
    .onConflictDoUpdate({
      target: [factorAttempts.userId, factorAttempts.scope],
      set: {
        failures: sql`case
          when ${stillLocked} then ${factorAttempts.failures}
          when ${factorAttempts.lockedUntil} is not null then 1
          else ${factorAttempts.failures} + 1
        end`,
        lockedUntil: sql`case when ${stillLocked} then ${factorAttempts.lockedUntil} end`,
      },
    })
    .returning({
      failures: factorAttempts.failures,
      locked: sql<boolean>`${factorAttempts.lockedUntil} is not null`,
      nowSeconds: sql<number>`extract(epoch from clock_timestamp())::float8`,
    });
  if (!row) throw new Error("counting a try answered no row");
  return row;
}

/** No code of this account is looked at in this scope for so long. */
export async function lockCodes(
  tx: Transaction,
  userId: UserId,
  scope: TryScope,
  lockoutSeconds: number,
): Promise<void> {
  await tx
    .update(factorAttempts)
    .set({ lockedUntil: sql`clock_timestamp() + make_interval(secs => ${lockoutSeconds}::int)` })
    .where(and(eq(factorAttempts.userId, userId), eq(factorAttempts.scope, scope)));
}

export async function clearTries(tx: Transaction, userId: UserId, scope: TryScope): Promise<void> {
  await tx
    .update(factorAttempts)
    .set({ failures: 0, lockedUntil: null })
    .where(and(eq(factorAttempts.userId, userId), eq(factorAttempts.scope, scope)));
}

/** The sealed secret of the user's authenticator app, or null when none is enrolled. */
export async function findTotpSecret(tx: Transaction, userId: UserId): Promise<string | null> {
  const [row] = await tx.select({ secret: totpFactors.secret }).from(totpFactors).where(eq(totpFactors.userId, userId));
  return row?.secret ?? null;
}

/** Spends a time step and all before it; false when it was spent already, by whichever server (RFC 6238, 5.2). */
export async function spendTotpStep(tx: Transaction, userId: UserId, step: number): Promise<boolean> {
  const spent = await tx
    .update(totpFactors)
    .set({ lastStep: step })
    .where(and(eq(totpFactors.userId, userId), lt(totpFactors.lastStep, step)))
    .returning({ userId: totpFactors.userId });
  return spent.length === 1;
}
