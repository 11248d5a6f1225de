import type { AuditContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { recordRepeated } from "@/lib/audit/record-repeated";
import { database } from "@/lib/database";

/**
 * Records that somebody signed in asked for what their role may not do (PCI DSS 10.2.1.4), in a commit of its own. Of each
 * permission so many entries for each person: asking again costs nothing.
 */
export async function recordDenial(context: AuditContext, permission: string): Promise<void> {
  const about = { resourceType: "permission", resourceId: permission, details: { reason: "role" } } as const;
  const by = `${context.actor.id}:${permission}`;
  await transact(database(), context, (tx) =>
    recordRepeated(tx, context, { action: "access.denied", outcome: "denied", ...about }, by),
  );
}
