import type { ReactNode } from "react";

/** Wraps a skeleton: the shapes are for eyes, the words for ears. */
export function Loading({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div role="status">
      <span className="sr-only">Loading {what}…</span>
      <div aria-hidden="true">{children}</div>
    </div>
  );
}
