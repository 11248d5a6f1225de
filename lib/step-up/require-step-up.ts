import type { Transaction } from "@/db/transact";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { bindsHash, type StepUpDemand, StepUpRequired } from "./demand";
import { consumeStepUp } from "./step-up-store";

/**
 * Spends this session's fresh proof for exactly this act, in the act's own transaction: if the act fails the proof is
 * not spent, and of two at once one acts (ASVS 7.5.3). Throws StepUpRequired when there is none; a sign-in is none,
 * however fresh. Call it before anything is changed, and let what it throws undo the transaction.
 */
export async function requireStepUp(tx: Transaction, session: CurrentSession, demand: StepUpDemand): Promise<void> {
  const holder = { sessionId: session.sessionId, userId: session.user.id };
  const what = { purpose: demand.purpose, bindsHash: bindsHash(demand) };
  if (!(await consumeStepUp(tx, holder, what))) throw new StepUpRequired(demand);
}
