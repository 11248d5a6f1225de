"use client";

import { CircleCheck } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ActionButton } from "./action-button";
import type { Changed } from "./answers";
import { useSecurityAction } from "./use-security-action";

type Props = {
  notice: string;
  /** Ends all other sessions; left out where the change has ended them (ASVS 7.4.3). */
  signOutOthers?: () => Promise<Changed | { kind: "refused"; message: string }>;
};

/** What was just changed. It takes the focus, because the button that was pressed may be gone. */
export function ChangeNotice({ notice, signOutOthers }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [ended, setEnded] = useState<string | null>(null);
  const { run, pending, refusal } = useSecurityAction();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each notice is met anew
  useEffect(() => box.current?.focus(), [notice]);

  async function endOthers() {
    if (signOutOthers === undefined) return;
    const answer = await run(signOutOthers);
    if (answer === null) return;
    setEnded(answer.notice);
    box.current?.focus();
  }

  return (
    <div
      ref={box}
      role="status"
      tabIndex={-1}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border border-success/25 bg-success-soft px-3.5 py-2.5 text-sm text-success"
    >
      <p className="flex items-start gap-2.5">
        <CircleCheck aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
        <span>
          {notice} {ended}
          {refusal !== null && <span className="block text-danger">{refusal.message}</span>}
        </span>
      </p>
      {signOutOthers !== undefined && ended === null && (
        <ActionButton
          variant="outline"
          size="sm"
          className="bg-card text-foreground"
          pending={pending}
          onClick={endOthers}
        >
          Sign out other sessions
        </ActionButton>
      )}
    </div>
  );
}
