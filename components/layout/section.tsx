import { type ReactNode, useId } from "react";
import { cn } from "@/components/ui/cn";

type Props = { title: string; actions?: ReactNode; children: ReactNode; className?: string };

/** A titled panel: the unit every page is made of. */
export function Section({ title, actions, children, className }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={cn("rounded-lg border bg-card", className)}>
      <div className="flex min-h-12 items-center justify-between gap-4 border-b px-5 py-2">
        <h2 id={id} className="text-sm font-semibold">
          {title}
        </h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
