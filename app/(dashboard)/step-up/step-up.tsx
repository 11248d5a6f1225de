"use client";

import type { ReactNode } from "react";
import { StepUpProvider } from "@/components/step-up/step-up-provider";
import type { StepUpProofs } from "@/components/step-up/step-up-types";
import { confirmStepUp } from "./actions";

const PROOFS: StepUpProofs = {
  byCode: (stepUpId, method, code) => confirmStepUp({ stepUpId, method, code }),
};

/** The dashboard's one dialog for proofs, around everything that may ask for one. */
export function StepUp({ children }: { children: ReactNode }) {
  return <StepUpProvider proofs={PROOFS}>{children}</StepUpProvider>;
}
