"use client";

import type { ReactNode } from "react";
import { StepUpProvider } from "@/components/step-up/step-up-provider";
import type { StepUpAnswer, StepUpProofs } from "@/components/step-up/step-up-types";
import { askPasskey, confirmStepUp, confirmStepUpByPasskey } from "./actions";

const NOT_USED = "No passkey was used. Try again, or choose another way.";

const PROOFS: StepUpProofs = {
  byCode: (stepUpId, method, code) => confirmStepUp({ stepUpId, method, code }),
  byPasskey,
};

async function byPasskey(stepUpId: string): Promise<StepUpAnswer> {
  const question = await askPasskey({ stepUpId });
  if (question.kind === "refused") return question;
  const { startAuthentication } = await import("@simplewebauthn/browser");
  // It rejects when the person closes the browser's own dialog, and when no authenticator fits.
  const answer = await startAuthentication({ optionsJSON: question.options }).catch(() => null);
  return answer === null ? { kind: "refused", message: NOT_USED } : confirmStepUpByPasskey({ stepUpId, answer });
}

/** The dashboard's one dialog for proofs, around everything that may ask for one. */
export function StepUp({ children }: { children: ReactNode }) {
  return <StepUpProvider proofs={PROOFS}>{children}</StepUpProvider>;
}
