import type { AuditContext } from "@/db/audit-context";
import { auditEntries } from "@/db/schema";
import type { Transaction } from "@/db/transact";

/** Something that is no change of a row: a sign-in, a refusal, a read of card data, an export. */
export type AuditEvent = Readonly<{
  action: string;
  outcome: "success" | "denied";
  resourceType: string;
  resourceId: string | null;
  /** Never a secret: what stands here is kept for ever. */
  details?: Readonly<Record<string, unknown>>;
}>;

/**
 * Writes an entry that no trigger writes, in the caller's transaction: it commits with what it tells of. A refusal is
 * recorded in a transaction of its own, so that it survives the rollback of what was refused.
 */
export async function recordAudit(tx: Transaction, context: AuditContext, event: AuditEvent): Promise<void> {
  const { actor, merchantId, ip, userAgent, requestId } = context;
  const { details, ...what } = event;
  await tx.insert(auditEntries).values({
    ...what,
    newValues: details ?? null,
    merchantId,
    actorType: actor.type,
    actorId: actor.id,
    ip,
    userAgent,
    requestId,
  });
}
