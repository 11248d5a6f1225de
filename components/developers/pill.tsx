import type { LucideIcon } from "lucide-react";

const TONES = {
  success: "bg-success-soft text-success",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
  neutral: "bg-secondary text-foreground/80",
} as const;

type Props = { tone: keyof typeof TONES; icon: LucideIcon; label: string };

/** A state in a word, a shape and a colour, in that order (WCAG 1.4.1). */
export function Pill({ tone, icon: Icon, label }: Props) {
  return (
    <span
      className={`inline-flex h-6 items-center gap-1.5 rounded-full px-2.5 align-middle text-xs font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      <Icon aria-hidden="true" className="size-3 shrink-0" />
      {label}
    </span>
  );
}
