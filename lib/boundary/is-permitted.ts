import type { AuditContext } from "@/db/audit-context";
import { mayDo, type Permission } from "@/lib/auth/permissions";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { recordDenial } from "./record-denial";

/** Whether the person's role may do this. That it may not leaves an entry in the audit trail. */
export async function isPermitted(
  { user }: CurrentSession,
  context: AuditContext,
  permission: Permission,
): Promise<boolean> {
  if (mayDo(user.role, permission)) return true;
  await recordDenial(context, permission);
  return false;
}
