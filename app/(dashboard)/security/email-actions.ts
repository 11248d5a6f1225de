"use server";

import { z } from "zod";
import type { Changed, Refused } from "@/components/security/answers";
import type { SentCode } from "@/components/security/code-channel-section";
import { stepUpAction } from "@/lib/boundary/action";
import { changeOwnFactors } from "@/lib/boundary/change-own-factors";
import { env } from "@/lib/env";
import { beginEmailCodes, confirmSentCode, removeEmailCodes } from "@/lib/factors/sent-codes";
import { messageChannels } from "@/lib/messages/channels";
import { processLimits } from "@/lib/rate-limit/process-limits";
import { enrolmentCode } from "./inputs";
import { codeRefused, refused } from "./refusals";

const nothing = z.undefined();

/** Sends a code to the account's address. */
export const startEmailCodes = stepUpAction<typeof nothing, SentCode | Refused>(
  { name: "start_email_codes", permission: "security:own", input: nothing, onError: refused },
  async (call) => {
    if (!messageChannels().email) return refused("This server cannot send email.");
    return changeOwnFactors<SentCode | Refused>(call, async (tx, ring) => {
      const enrolmentId = await beginEmailCodes(tx, { ...call, ring, limits: processLimits() });
      return { answer: { kind: "sent", enrolmentId, to: call.session.user.email }, told: null };
    });
  },
);

export const finishEmailCodes = stepUpAction<typeof enrolmentCode, Changed | Refused>(
  { name: "finish_email_codes", permission: "security:own", input: enrolmentCode, onError: refused },
  (call, input) =>
    changeOwnFactors<Changed | Refused>(call, async (tx, ring) => {
      const desk = { ...call, ring, lockoutSeconds: env().LOCKOUT_SECONDS };
      const outcome = await confirmSentCode(tx, desk, "email", input);
      if (outcome !== "enrolled" && outcome !== "replaced") return { answer: codeRefused(outcome), told: null };
      return { answer: { kind: "changed", notice: "Codes by email are on." }, told: "email_codes_on" };
    }),
);

export const dropEmailCodes = stepUpAction<typeof nothing, Changed | Refused>(
  { name: "drop_email_codes", permission: "security:own", input: nothing, onError: refused },
  (call) =>
    changeOwnFactors<Changed | Refused>(call, async (tx) => {
      await removeEmailCodes(tx, call.session);
      return { answer: { kind: "changed", notice: "Codes by email are off." }, told: "email_codes_off" };
    }),
);
