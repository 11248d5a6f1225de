import { MembersSection } from "@/components/security/members-section";
import { membersFor } from "@/lib/members/members";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { resetMember } from "./member-actions";

/** For whoever manages the team. */
export async function Members({ session }: { session: CurrentSession }) {
  return <MembersSection members={await membersFor(session)} onReset={resetMember} />;
}
