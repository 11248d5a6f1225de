import type { ReactNode } from "react";

type Props = {
  /** The HTTP status, or a short word in its place. */
  code: string;
  title: string;
  children: ReactNode;
  /** What support can find the request by. */
  reference?: string | undefined;
  action?: ReactNode;
};

/** A page that cannot be shown: what happened, and the next step. Its title is the page's `h1`. */
export function ErrorState({ code, title, children, reference, action }: Props) {
  return (
    <div className="mx-auto flex max-w-lg flex-col items-start px-4 py-16 sm:py-24">
      <p className="font-mono text-sm font-medium text-primary">{code}</p>
      <h1 className="mt-3 text-2xl font-semibold tracking-[-0.02em] text-balance">{title}</h1>
      <div className="mt-3 text-sm leading-relaxed text-muted-foreground">{children}</div>
      {reference !== undefined && (
        <p className="mt-4 text-xs text-muted-foreground">
          Reference <code className="rounded bg-muted px-1.5 py-0.5 font-mono text-foreground">{reference}</code>
        </p>
      )}
      {action !== undefined && <div className="mt-8 flex flex-wrap gap-2">{action}</div>}
    </div>
  );
}
