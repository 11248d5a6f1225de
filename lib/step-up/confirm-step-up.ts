import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { recordRepeated } from "@/lib/audit/record-repeated";
import type { CodeVerdict } from "@/lib/auth/second-factor/prove-code";
import { AppError } from "@/lib/errors/app-error";
import type { StepUpId } from "@/lib/ids/id";
import type { CurrentSession, SessionStore } from "@/lib/sessions/session-store";
import { acceptedMethods } from "./accepted-methods";
import { grantStepUp, lockOpenStepUp, type OpenStepUp, type StepUpMethod } from "./step-up-store";

export type ConfirmOutcome =
  /** The session's new token: the one before is dead (ASVS 7.2.4). */
  | { kind: "granted"; token: string }
  /** Wrong, spent, or not looked at because the factor is locked: one answer, which tells none apart. */
  | { kind: "refused" }
  /** Can never be right, so it was not counted. */
  | { kind: "malformed" }
  /** Answered, expired, another session's or another user's, or never asked. */
  | { kind: "gone" };

type Dependencies = Readonly<{ client: DatabaseClient; sessions: SessionStore }>;

type Attempt = Readonly<{
  context: AuditContext;
  session: CurrentSession;
  /** Null for an id that is none. */
  stepUpId: StepUpId | null;
  method: StepUpMethod;
  /** Counts the try, then looks at it. `subject` is what the proof is for. */
  prove: (tx: Transaction, subject: StepUpId) => Promise<CodeVerdict>;
}>;

/**
 * Takes a proof for an open question of this session. One transaction, committed also when it refuses, so that the
 * count of tries is kept. The question's row is held to the end: of two right answers at once one is granted.
 */
export function confirmStepUp({ client, sessions }: Dependencies, attempt: Attempt): Promise<ConfirmOutcome> {
  const { context, session, stepUpId, method, prove } = attempt;
  const holder = { sessionId: session.sessionId, userId: session.user.id };
  return transact<ConfirmOutcome>(client, context, async (tx) => {
    const question = stepUpId && (await lockOpenStepUp(tx, stepUpId, holder));
    const methods = question ? await acceptedMethods(tx, holder.userId, question.purpose) : [];
    if (!question || !methods.includes(method)) {
      await record(tx, attempt, question, question ? "method_not_accepted" : "gone");
      return { kind: "gone" };
    }
    const proof = await prove(tx, question.id);
    await record(tx, attempt, question, proof);
    if (proof === "malformed") return { kind: "malformed" };
    if (proof !== "proved") return { kind: "refused" };
    await grantStepUp(tx, question.id, method);
    const token = await sessions.rotate(tx, session.sessionId);
    // It was ended while the code was looked at. What was proved goes with it.
    if (token === null) throw new AppError("unauthenticated", "Your session has ended. Sign in again.");
    return { kind: "granted", token };
  });
}

function record(
  tx: Transaction,
  { context, session, stepUpId, method }: Attempt,
  question: OpenStepUp | null,
  result: CodeVerdict | "method_not_accepted" | "gone",
): Promise<void> {
  const asked = question && { purpose: question.purpose, description: question.description };
  const about = { resourceType: "step_up", resourceId: stepUpId } as const;
  if (result === "proved") {
    const granted = { action: "step_up.granted", outcome: "success", ...about, details: { method, ...asked } } as const;
    return recordAudit(tx, context, granted);
  }
  const details = { method, ...asked, reason: result };
  const refused = { action: "step_up.refused", outcome: "denied", ...about, details } as const;
  return recordRepeated(tx, context, refused, session.sessionId);
}
