"use server";

import { z } from "zod";
import type { Changed, Refused } from "@/components/security/answers";
import type { SentCode } from "@/components/security/code-channel-section";
import { stepUpAction } from "@/lib/boundary/action";
import { changeOwnFactors } from "@/lib/boundary/change-own-factors";
import { env } from "@/lib/env";
import { phoneHint, readPhoneNumber } from "@/lib/factors/phone-number";
import { beginTextMessages, confirmSentCode, removeTextMessages } from "@/lib/factors/sent-codes";
import { messageChannels } from "@/lib/messages/channels";
import { processLimits } from "@/lib/rate-limit/process-limits";
import { enrolmentCode } from "./inputs";
import { codeRefused, refused } from "./refusals";

const nothing = z.undefined();
const number = z.strictObject({ phone: z.string().max(1_000) });

/** Sends a code to a new number. */
export const startTextMessages = stepUpAction<typeof number, SentCode | Refused>(
  { name: "start_text_messages", permission: "security:own", input: number, onError: refused },
  async (call, input) => {
    const read = readPhoneNumber(input.phone);
    if (!read.ok) return refused(read.message);
    if (!messageChannels().sms) return refused("This server cannot send text messages.");
    return changeOwnFactors<SentCode | Refused>(call, async (tx, ring) => {
      const enrolmentId = await beginTextMessages(tx, { ...call, ring, limits: processLimits() }, read.phone);
      return { answer: { kind: "sent", enrolmentId, to: phoneHint(read.phone) }, told: null };
    });
  },
);

export const finishTextMessages = stepUpAction<typeof enrolmentCode, Changed | Refused>(
  { name: "finish_text_messages", permission: "security:own", input: enrolmentCode, onError: refused },
  (call, input) =>
    changeOwnFactors<Changed | Refused>(call, async (tx, ring) => {
      const desk = { ...call, ring, lockoutSeconds: env().LOCKOUT_SECONDS };
      const outcome = await confirmSentCode(tx, desk, "sms", input);
      if (outcome !== "enrolled" && outcome !== "replaced") return { answer: codeRefused(outcome), told: null };
      const told = outcome === "enrolled" ? "phone_added" : "phone_replaced";
      return { answer: { kind: "changed", notice: "Codes by text message are on." }, told };
    }),
);

export const dropTextMessages = stepUpAction<typeof nothing, Changed | Refused>(
  { name: "drop_text_messages", permission: "security:own", input: nothing, onError: refused },
  (call) =>
    changeOwnFactors<Changed | Refused>(call, async (tx) => {
      await removeTextMessages(tx, call.session);
      return { answer: { kind: "changed", notice: "Codes by text message are off." }, told: "phone_removed" };
    }),
);
