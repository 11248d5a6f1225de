"use server";

import { z } from "zod";
import type { Changed, Refused } from "@/components/security/answers";
import { action } from "@/lib/boundary/action";
import { endOtherSessions } from "@/lib/sessions/end-other-sessions";
import { refused } from "./refusals";

const nothing = z.undefined();

/** The offer that comes with every change of a factor (ASVS 7.4.3). */
export const signOutOthers = action<typeof nothing, Changed | Refused>(
  { name: "sign_out_others", permission: "sessions:own", input: nothing, onError: refused },
  async ({ session, context }) => {
    const ended = await endOtherSessions(session, context);
    const notice = ended === 0 ? "There were no other sessions." : "All other sessions are signed out.";
    return { kind: "changed", notice };
  },
);
