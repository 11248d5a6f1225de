"use server";

import { z } from "zod";
import type { RevokeResult } from "@/components/revoke/revoke-page";
import { tooManyTriesError } from "@/lib/auth/note-limited";
import { publicAction } from "@/lib/boundary/action";
import { revokeByLinkInProcess } from "@/lib/sessions/revoke-by-link-in-process";

const input = z.strictObject({ token: z.string().max(100) });

/** Ends the session of a link, once. */
export const endSession = publicAction<typeof input, RevokeResult>(
  { name: "revoke_by_link", input, onError: (message) => ({ kind: "failed", message }) },
  async ({ origin }, { token }) => {
    const outcome = await revokeByLinkInProcess({ token, origin });
    if (outcome.kind === "limited") throw tooManyTriesError(outcome.retryAfterSeconds);
    return { kind: outcome.kind };
  },
);
