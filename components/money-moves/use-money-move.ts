"use client";

import { unstable_rethrow } from "next/navigation";
import { useRef, useState } from "react";
import { useStepUp } from "@/components/step-up/step-up-provider";
import type { MoneyAnswer, MoneyMoved, MoneyRefused } from "./money-answers";

const LOST: MoneyRefused = {
  kind: "refused",
  message:
    "The answer was lost: it may have been done. Send it again to find out. It is done once, however often it is sent.",
  field: null,
};

/** One move at a time, through the step-up dialog where it is needed, with its refusal to be shown. */
export function useMoneyMove() {
  const throughStepUp = useStepUp();
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<MoneyRefused | null>(null);
  const running = useRef(false);

  /** What has moved; null when it was refused, when its person did not prove who they are, or when one is running. */
  async function run(act: () => Promise<MoneyAnswer>): Promise<MoneyMoved | null> {
    if (running.current) return null;
    running.current = true;
    setPending(true);
    setRefusal(null);
    try {
      const answer = await throughStepUp(act);
      if (answer?.kind === "refused") setRefusal(answer);
      return answer?.kind === "moved" ? answer : null;
    } catch (error) {
      unstable_rethrow(error);
      setRefusal(LOST);
      return null;
    } finally {
      running.current = false;
      setPending(false);
    }
  }

  return { run, pending, refusal };
}
