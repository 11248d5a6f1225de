"use client";

import { useRef, useState } from "react";
import { useStepUp } from "@/components/step-up/step-up-provider";
import type { StepUpQuestion } from "@/lib/step-up/open-step-up";
import type { Refused } from "./answers";

const NO_ANSWER = "The server did not answer. Check your connection, reload the page and see what it says.";

type Answered<T> = Exclude<Exclude<T, StepUpQuestion>, Refused>;

/** One action at a time of one section: through the step-up dialog where it is needed, with its refusal to be shown. */
export function useSecurityAction() {
  const throughStepUp = useStepUp();
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<Refused | null>(null);
  const running = useRef(false);

  /** The answer of an action that was not refused; null when it was, when its person cancelled, or when one is running. */
  async function run<T extends { kind: string }>(act: () => Promise<T>): Promise<Answered<T> | null> {
    if (running.current) return null;
    running.current = true;
    setPending(true);
    setRefusal(null);
    const answer = await throughStepUp(act).catch(() => NO_ANSWER);
    running.current = false;
    setPending(false);
    if (answer === null) return null;
    if (typeof answer !== "string" && wasDone(answer)) return answer;
    setRefusal({ kind: "refused", message: typeof answer === "string" ? answer : messageOf(answer) });
    return null;
  }

  return { run, pending, refusal, clear: () => setRefusal(null) };
}

function wasDone<T extends { kind: string }>(answer: T): answer is Exclude<T, Refused> {
  return answer.kind !== "refused";
}

function messageOf(answer: object): string {
  return "message" in answer && typeof answer.message === "string" ? answer.message : NO_ANSWER;
}
