"use server";

import { z } from "zod";
import type { Changed, Refused } from "@/components/security/answers";
import { changeProcessPassword } from "@/lib/auth/change-process-password";
import { stepUpAction } from "@/lib/boundary/action";
import { setSessionCookie } from "@/lib/boundary/change-own-factors";
import { refused } from "./refusals";

// Far above what is ever right: what is longer is refused as it stands, and costs nothing.
const input = z.strictObject({ current: z.string().max(10_000), next: z.string().max(10_000) });

export const changePassword = stepUpAction<typeof input, Changed | Refused>(
  { name: "change_password", permission: "security:own", input, onError: refused },
  async ({ session, context }, { current, next }) => {
    const outcome = await changeProcessPassword({ session, context, current, next });
    if (outcome.kind === "refused") return refused(outcome.message);
    await setSessionCookie(outcome.token, session);
    return { kind: "changed", notice: `Password changed. ${endedText(outcome.endedSessions)}` };
  },
);

function endedText(sessions: number): string {
  if (sessions === 0) return "You were signed in nowhere else.";
  return sessions === 1 ? "Your other session was ended." : `Your ${sessions} other sessions were ended.`;
}
