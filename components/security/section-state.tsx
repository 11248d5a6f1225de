import { Check, CircleDashed } from "lucide-react";

/** On or off, in a word and in a shape. */
export function SectionState({ on, children }: { on: boolean; children: string }) {
  const Icon = on ? Check : CircleDashed;
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium ${on ? "bg-success-soft text-success" : "bg-secondary text-muted-foreground"}`}
    >
      <Icon aria-hidden="true" className="size-3" />
      {children}
    </span>
  );
}
