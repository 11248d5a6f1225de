import type { AuditContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { database } from "@/lib/database";

/** Records that somebody signed in asked for what their role may not do (PCI DSS 10.2.1.4), in a commit of its own. */
export async function recordDenial(context: AuditContext, permission: string): Promise<void> {
  await transact(database(), context, (tx) =>
    recordAudit(tx, context, {
      action: "access.denied",
      outcome: "denied",
      resourceType: "permission",
      resourceId: permission,
    }),
  );
}
