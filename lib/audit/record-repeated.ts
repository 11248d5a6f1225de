import type { AuditContext } from "@/db/audit-context";
import type { Transaction } from "@/db/transact";
import type { Quota } from "@/lib/env";
import { takeRateLimit } from "@/lib/rate-limit/postgres-limit-store";
import { type AuditEvent, recordAudit } from "./record";

/** Entries of one kind by one person or session. */
export const REPEATED: Quota = { limit: 20, windowSeconds: 900 };

type Refusal = AuditEvent & Readonly<{ details: Readonly<Record<string, unknown> & { reason: string }> }>;

/**
 * Records a refusal that costs whoever causes it nothing, such as that of a text which can be no code: beyond `REPEATED`
 * of the same action, reason and `by` (a user, a session) nothing more is written, so that nobody fills the trail.
 */
export async function recordRepeated(
  tx: Transaction,
  context: AuditContext,
  event: Refusal,
  by: string,
): Promise<void> {
  const subject = `noted:${event.action}:${event.details.reason}:${by}`;
  const { allowed } = await takeRateLimit(tx, subject, REPEATED);
  if (allowed) await recordAudit(tx, context, event);
}
