"use server";

import { z } from "zod";
import type { PasskeyQuestion, StepUpAnswer } from "@/components/step-up/step-up-types";
import { action } from "@/lib/boundary/action";
import { setSessionCookie } from "@/lib/boundary/change-own-factors";
import { parseId } from "@/lib/ids/id";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { beginPasskeyProof, confirmByCode, confirmByPasskey } from "@/lib/step-up/confirm-in-process";
import type { ConfirmOutcome } from "@/lib/step-up/confirm-step-up";
import { STEP_UP_MESSAGES } from "@/lib/step-up/step-up-messages";

const stepUpId = z.string().max(100);
const typed = z.strictObject({ stepUpId, method: z.enum(["totp", "recovery_code"]), code: z.string().max(1_000) });
const question = z.strictObject({ stepUpId });
// What an authenticator answers is checked where it is proved.
const signed = z.strictObject({ stepUpId, answer: z.unknown() });

/** Takes a code for what is asked in the dialog. A right one gives the session a new token. */
export const confirmStepUp = action<typeof typed, StepUpAnswer>(
  { name: "confirm_step_up", permission: "security:own", input: typed, onError: refused },
  async (call, input) => {
    const id = parseId("stp", input.stepUpId);
    return finish(call.session, await confirmByCode(call, { ...input, stepUpId: id }));
  },
);

/** What to ask the person's passkey. */
export const askPasskey = action<typeof question, PasskeyQuestion>(
  { name: "ask_passkey_for_step_up", permission: "security:own", input: question, onError: refused },
  async (call, input) => ({ kind: "ask", options: await beginPasskeyProof(call, parseId("stp", input.stepUpId)) }),
);

/** Takes the passkey's answer, as `confirmStepUp` takes a code. */
export const confirmStepUpByPasskey = action<typeof signed, StepUpAnswer>(
  { name: "confirm_step_up_by_passkey", permission: "security:own", input: signed, onError: refused },
  async (call, input) =>
    finish(call.session, await confirmByPasskey(call, parseId("stp", input.stepUpId), input.answer)),
);

async function finish(session: CurrentSession, outcome: ConfirmOutcome): Promise<StepUpAnswer> {
  if (outcome.kind !== "granted") return refused(STEP_UP_MESSAGES[outcome.kind]);
  await setSessionCookie(outcome.token, session);
  return { kind: "granted" };
}

function refused(message: string): { kind: "refused"; message: string } {
  return { kind: "refused", message };
}
