"use client";

import { CircleAlert } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import type { TerminalAlert } from "./terminal-state";

/** Why no money was taken, said aloud and focused. `attempt` changes with each. */
export function TerminalAlertBox({ alert, attempt }: { alert: TerminalAlert; attempt: unknown }) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is the reason to focus again
  useEffect(() => box.current?.focus(), [attempt]);
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      className="flex items-start gap-2.5 rounded-md border border-danger/30 bg-danger-soft px-3.5 py-3 text-sm text-danger"
    >
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      {alert.kind === "refused" ? (
        <p>{alert.message}</p>
      ) : (
        <p>
          <strong className="font-semibold">Declined.</strong> {alert.reason} No money was taken.{" "}
          <Link href={`/transactions/${alert.paymentId}`} className="underline underline-offset-4">
            See the declined payment
          </Link>
        </p>
      )}
    </div>
  );
}
