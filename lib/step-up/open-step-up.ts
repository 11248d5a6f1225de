import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { newId, type StepUpId } from "@/lib/ids/id";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { acceptedMethods } from "./accepted-methods";
import { bindsHash, type StepUpDemand } from "./demand";
import { insertStepUp, type StepUpMethod } from "./step-up-store";

/** What an action answers when it needs a proof first; the dialog shows it, and then runs the action again. */
export type StepUpQuestion = Readonly<{
  kind: "step_up";
  stepUpId: StepUpId;
  description: string;
  /** What this person can prove it with; empty when they have nothing that counts. */
  methods: readonly StepUpMethod[];
}>;

/** Asks for a proof, for five minutes, in a commit of its own: what asked for it has been undone. */
export async function openStepUp(
  client: DatabaseClient,
  context: AuditContext,
  session: CurrentSession,
  demand: StepUpDemand,
): Promise<StepUpQuestion> {
  const { purpose, description } = demand;
  const userId = session.user.id;
  const id = newId("stp");
  return transact(client, context, async (tx) => {
    await insertStepUp(tx, {
      id,
      sessionId: session.sessionId,
      userId,
      purpose,
      bindsHash: bindsHash(demand),
      description,
    });
    await recordAudit(tx, context, {
      action: "step_up.asked",
      outcome: "success",
      resourceType: "step_up",
      resourceId: id,
      details: { purpose, description },
    });
    const methods = await acceptedMethods(tx, userId, purpose);
    return { kind: "step_up", stepUpId: id, description, methods };
  });
}
