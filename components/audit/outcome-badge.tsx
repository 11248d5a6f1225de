import { Check, ShieldX } from "lucide-react";
import type { AuditEntryView } from "@/lib/audit/audit-view";

export function OutcomeBadge({ outcome }: Pick<AuditEntryView, "outcome">) {
  const denied = outcome === "denied";
  const Icon = denied ? ShieldX : Check;
  return (
    <span
      className={`inline-flex items-center align-middle gap-1.5 text-xs font-medium ${denied ? "text-danger" : "text-muted-foreground"}`}
    >
      <Icon aria-hidden="true" className="size-3.5" />
      {denied ? "Denied" : "Success"}
    </span>
  );
}
