import { MembersSection } from "@/components/security/members-section";
import { orUnavailable } from "@/lib/boundary/or-unavailable";
import { membersFor } from "@/lib/members/members";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { resetMember } from "./member-actions";

/** For whoever manages the team. */
export async function Members({ session }: { session: CurrentSession }) {
  const members = await orUnavailable(() => membersFor(session));
  return <MembersSection members={members} onReset={resetMember} />;
}
