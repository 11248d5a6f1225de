"use client";

import { CircleAlert } from "lucide-react";
import { useEffect, useRef } from "react";

/**
 * Why a form was refused, said aloud and focused, so that it is met by whoever cannot see it (WCAG 3.3.1).
 * `attempt` changes with each refusal: the same words twice are still two refusals.
 */
export function FormError({ message, attempt }: { message: string; attempt: unknown }) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is the reason to focus again
  useEffect(() => {
    box.current?.focus();
  }, [attempt]);
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      className="flex items-start gap-2.5 rounded-md border border-danger/30 bg-danger-soft px-3.5 py-3 text-sm text-danger"
    >
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <p>{message}</p>
    </div>
  );
}
