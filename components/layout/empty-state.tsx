import type { ReactNode } from "react";

type Props = { title: string; children?: ReactNode; action?: ReactNode };

/** Nothing here, why, and what to do about it. The ruled lines are a ledger page without entries. */
export function EmptyState({ title, children, action }: Props) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <svg viewBox="0 0 72 56" aria-hidden="true" className="mb-5 h-14 w-18">
        <rect x="0.5" y="0.5" width="71" height="55" rx="6" className="fill-card stroke-border" />
        <path d="M0 14h72M0 28h72M0 42h72" className="stroke-border" />
        <path d="M16 0v56" className="stroke-primary/40" />
        <rect x="24" y="19" width="20" height="4" rx="2" className="fill-muted-foreground/25" />
        <rect x="54" y="19" width="10" height="4" rx="2" className="fill-primary/40" />
      </svg>
      <p className="font-medium">{title}</p>
      {children !== undefined && (
        <div className="mt-1.5 max-w-sm text-sm text-balance text-muted-foreground">{children}</div>
      )}
      {action && <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
