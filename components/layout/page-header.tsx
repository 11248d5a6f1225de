import type { ReactNode } from "react";

type Props = { title: ReactNode; description?: ReactNode; eyebrow?: ReactNode; actions?: ReactNode };

/** A page's only `h1`, with what it is about and what can be done. */
export function PageHeader({ title, description, eyebrow, actions }: Props) {
  return (
    <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
      <div className="min-w-0">
        {eyebrow !== undefined && <div className="mb-2 text-sm text-muted-foreground">{eyebrow}</div>}
        <h1 className="text-[1.625rem] leading-tight font-semibold tracking-[-0.02em] text-balance">{title}</h1>
        {description !== undefined && <div className="mt-1 text-sm text-muted-foreground">{description}</div>}
      </div>
      {actions !== undefined && <div className="flex shrink-0 flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
