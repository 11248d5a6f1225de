import { FlaskConical } from "lucide-react";

export function TestModeBadge() {
  return (
    <span className="inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full bg-warning-soft px-2.5 text-xs font-medium text-warning">
      <FlaskConical aria-hidden="true" className="size-3.5" />
      Test mode
    </span>
  );
}
