import { and, eq, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { Queryable } from "@/db/client";
import { stepUps } from "@/db/schema";
import type { Transaction } from "@/db/transact";
import type { SessionId, StepUpId, UserId } from "@/lib/ids/id";

export type StepUpMethod = NonNullable<(typeof stepUps.$inferSelect)["method"]>;

/** From the question to the proof, and again from the proof to the act, in seconds. */
const OPEN_SECONDS = 300;

/** Whose session asks: a step-up of another session or user is one that never was. */
export type StepUpHolder = Readonly<{ sessionId: SessionId; userId: UserId }>;

type NewStepUp = StepUpHolder & Readonly<{ id: StepUpId; purpose: string; bindsHash: Buffer; description: string }>;

/** A question that has not been answered yet. */
export type OpenStepUp = Readonly<{ id: StepUpId; purpose: string; description: string }>;

function heldBy({ sessionId, userId }: StepUpHolder) {
  return and(eq(stepUps.sessionId, sessionId), eq(stepUps.userId, userId));
}

/** Opens a question; the same one, asked before and not answered, goes, and so does what has expired of this session. */
export async function insertStepUp(tx: Transaction, { id, sessionId, userId, ...what }: NewStepUp): Promise<void> {
  const sameQuestion = eq(stepUps.bindsHash, what.bindsHash);
  await tx
    .delete(stepUps)
    .where(
      and(
        heldBy({ sessionId, userId }),
        isNull(stepUps.grantedAt),
        or(sameQuestion, lt(stepUps.expiresAt, sql`now()`)),
      ),
    );
  await tx.insert(stepUps).values({
    id,
    sessionId,
    userId,
    ...what,
    createdAt: sql`clock_timestamp()`,
    expiresAt: sql`clock_timestamp() + make_interval(secs => ${OPEN_SECONDS}::int)`,
  });
}

function isOpen(id: StepUpId, holder: StepUpHolder) {
  return and(
    eq(stepUps.id, id),
    heldBy(holder),
    isNull(stepUps.grantedAt),
    sql`${stepUps.expiresAt} > clock_timestamp()`,
  );
}

/** The holder's open question, or null. */
export async function findOpenStepUp(db: Queryable, id: StepUpId, holder: StepUpHolder): Promise<OpenStepUp | null> {
  const [row] = await db
    .select({ purpose: stepUps.purpose, description: stepUps.description })
    .from(stepUps)
    .where(isOpen(id, holder));
  return row ? { id, ...row } : null;
}

/** The same, held until the transaction ends: answers of one moment come one after another. */
export async function lockOpenStepUp(tx: Transaction, id: StepUpId, holder: StepUpHolder): Promise<OpenStepUp | null> {
  const [row] = await tx
    .select({ purpose: stepUps.purpose, description: stepUps.description })
    .from(stepUps)
    .where(isOpen(id, holder))
    .for("update");
  return row ? { id, ...row } : null;
}

/** Writes the proof down; from now on the act has five minutes. */
export async function grantStepUp(tx: Transaction, id: StepUpId, method: StepUpMethod): Promise<void> {
  await tx
    .update(stepUps)
    .set({
      method,
      grantedAt: sql`clock_timestamp()`,
      expiresAt: sql`clock_timestamp() + make_interval(secs => ${OPEN_SECONDS}::int)`,
    })
    .where(and(eq(stepUps.id, id), isNull(stepUps.grantedAt)));
}

/**
 * Spends the holder's fresh proof for exactly this; false when there is none. Whoever comes second at the same moment
 * waits for the row and finds it spent. Proofs given twice for one thing are spent together: one act, whatever was proved.
 */
export async function consumeStepUp(
  tx: Transaction,
  holder: StepUpHolder,
  what: Readonly<{ purpose: string; bindsHash: Buffer }>,
): Promise<boolean> {
  const spent = await tx
    .update(stepUps)
    .set({ consumedAt: sql`clock_timestamp()` })
    .where(
      and(
        heldBy(holder),
        eq(stepUps.purpose, what.purpose),
        eq(stepUps.bindsHash, what.bindsHash),
        isNotNull(stepUps.grantedAt),
        isNull(stepUps.consumedAt),
        sql`${stepUps.expiresAt} > clock_timestamp()`,
      ),
    )
    .returning({ id: stepUps.id });
  return spent.length > 0;
}
