"use client";

import { createContext, lazy, type ReactNode, Suspense, useContext, useRef, useState } from "react";
import type { StepUpQuestion } from "@/lib/step-up/open-step-up";
import { hasActed, isStepUpQuestion, type StepUpProofs } from "./step-up-types";

const StepUpDialog = lazy(async () => ({ default: (await import("./step-up-dialog")).StepUpDialog }));

type Ask = (question: StepUpQuestion) => Promise<boolean>;

const AskContext = createContext<Ask | null>(null);

type Open = Readonly<{ question: StepUpQuestion; done: (proved: boolean) => void }>;

/** Holds the one dialog of the dashboard. It is fetched when an action first asks for a proof. */
export function StepUpProvider({ proofs, children }: { proofs: StepUpProofs; children: ReactNode }) {
  const [open, setOpen] = useState<Open | null>(null);
  const last = useRef<Open | null>(null);

  const ask: Ask = (question) =>
    new Promise((resolve) => {
      // There is one dialog: whoever asked before is cancelled.
      last.current?.done(false);
      const asked: Open = {
        question,
        done: (proved) => {
          resolve(proved);
          if (last.current !== asked) return;
          last.current = null;
          setOpen(null);
        },
      };
      last.current = asked;
      setOpen(asked);
    });

  return (
    <AskContext value={ask}>
      {children}
      {open !== null && (
        <Suspense>
          <StepUpDialog key={open.question.stepUpId} question={open.question} proofs={proofs} onDone={open.done} />
        </Suspense>
      )}
    </AskContext>
  );
}

/**
 * Runs an action made by `stepUpAction`: where it asks for a proof, the dialog opens, and then it runs again. Resolves
 * with its answer, or with null when the person cancels. Rejects as the action does.
 */
export function useStepUp(): <T>(act: () => Promise<T>) => Promise<Exclude<T, StepUpQuestion> | null> {
  const ask = useContext(AskContext);
  if (ask === null) throw new Error("useStepUp needs a StepUpProvider around it");
  return async (act) => {
    for (;;) {
      const answer = await act();
      if (hasActed(answer)) return answer;
      if (!isStepUpQuestion(answer) || !(await ask(answer))) return null;
    }
  };
}
