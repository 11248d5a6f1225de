"use client";

import type { ReactNode } from "react";
import { StepUpProvider } from "@/components/step-up/step-up-provider";
import type { StepUpAnswer, StepUpProofs } from "@/components/step-up/step-up-types";
import { askPasskey, confirmStepUp, confirmStepUpByPasskey } from "./actions";

const PROOFS: StepUpProofs = {
  byCode: (stepUpId, method, code) => confirmStepUp({ stepUpId, method, code }),
  byPasskey,
};

async function byPasskey(stepUpId: string): Promise<StepUpAnswer> {
  const question = await askPasskey({ stepUpId });
  if (question.kind === "refused") return question;
  const { askForPasskey } = await import("@/components/passkeys/ask-browser");
  const asked = await askForPasskey(question.options);
  return asked.kind === "failed"
    ? { kind: "refused", message: asked.message }
    : confirmStepUpByPasskey({ stepUpId, answer: asked.answer });
}

/** The dashboard's one dialog for proofs, around everything that may ask for one. */
export function StepUp({ children }: { children: ReactNode }) {
  return <StepUpProvider proofs={PROOFS}>{children}</StepUpProvider>;
}
