"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import type { RevokeState } from "@/components/sessions/revoking";
import { formAction } from "@/lib/boundary/action";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { type RevokeOutcome, revokeOtherSessions, revokeSession } from "@/lib/sessions/revoke-sessions";
import { sessions } from "@/lib/sessions/sessions";

const one = z.strictObject({ sessionId: z.string().max(64) });
const none = z.strictObject({});

const OUTCOMES: Record<RevokeOutcome, RevokeState> = {
  revoked: { ok: true, message: "Revoked. That browser has to sign in again." },
  ended_before: { ok: true, message: "That session had ended already." },
  unknown: { ok: false, message: "There is no such session. Reload the page to see yours." },
};

/** Ends one of the person's own sessions. */
export const revoke = formAction<typeof one, RevokeState>(
  {
    name: "revoke_session",
    permission: "sessions:own",
    input: one,
    onError: (message) => ({ ok: false, message }),
  },
  async (by, { sessionId }) => {
    const id = parseId("ses", sessionId);
    const outcome = id === null ? "unknown" : await revokeSession({ client: database(), sessions: sessions() }, by, id);
    revalidatePath("/sessions");
    return OUTCOMES[outcome];
  },
);

/** Ends all of the person's sessions but this one, at once. */
export const revokeOthers = formAction<typeof none, RevokeState>(
  {
    name: "revoke_other_sessions",
    permission: "sessions:own",
    input: none,
    onError: (message) => ({ ok: false, message }),
  },
  async (by) => {
    const count = await revokeOtherSessions({ client: database(), sessions: sessions() }, by);
    revalidatePath("/sessions");
    if (count === 0) return { ok: true, message: "You have no other session." };
    return { ok: true, message: count === 1 ? "Revoked one other session." : `Revoked ${count} other sessions.` };
  },
);
