import type { AuditContext } from "@/db/audit-context";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import type { UserId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { sessions } from "@/lib/sessions/sessions";
import { listMembers } from "./member-store";
import { mayReset, resetMemberFactors } from "./reset-member-factors";

// The team as this process manages it: the use cases of this folder on its database, keys and environment.

/** The people of the session's merchant, and whom of them its user may reset. */
export async function membersFor({ user, merchant }: CurrentSession) {
  const members = await listMembers(database().db, merchant.id);
  return members.map(({ merchantId: _, ...member }) => ({
    ...member,
    mayReset: !member.disabled && mayReset(user, member),
  }));
}

export async function resetProcessMember(
  call: Readonly<{ session: CurrentSession; context: AuditContext }>,
  memberId: UserId,
): Promise<void> {
  const deps = { client: database(), ring: await keyRing(), sessions: sessions(), appUrl: env().APP_URL };
  return resetMemberFactors(deps, call, memberId);
}
