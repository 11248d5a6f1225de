"use server";

import { z } from "zod";
import type { StepUpAnswer } from "@/components/step-up/step-up-types";
import { action } from "@/lib/boundary/action";
import { setSessionCookie } from "@/lib/boundary/change-own-factors";
import { parseId } from "@/lib/ids/id";
import { confirmByCode } from "@/lib/step-up/confirm-in-process";
import { STEP_UP_MESSAGES } from "@/lib/step-up/step-up-messages";

const input = z.strictObject({
  stepUpId: z.string().max(100),
  method: z.enum(["totp", "recovery_code"]),
  code: z.string().max(1_000),
});

/** Takes a code for what is asked in the dialog. A right one gives the session a new token. */
export const confirmStepUp = action<typeof input, StepUpAnswer>(
  { name: "confirm_step_up", permission: "security:own", input, onError: refused },
  async (call, { stepUpId, method, code }) => {
    const outcome = await confirmByCode(call, { stepUpId: parseId("stp", stepUpId), method, code });
    if (outcome.kind !== "granted") return refused(STEP_UP_MESSAGES[outcome.kind]);
    await setSessionCookie(outcome.token, call.session);
    return { kind: "granted" };
  },
);

function refused(message: string): StepUpAnswer {
  return { kind: "refused", message };
}
