import type { AuditEntryView } from "@/lib/audit/audit-view";

/** Where an entry came from: what an investigator asks next. */
export function EntryContext({ entry }: { entry: AuditEntryView }) {
  const facts = [
    { label: "Entry", value: entry.id },
    { label: "Request", value: entry.requestId },
    { label: "IP address", value: entry.ip },
    { label: "Actor id", value: entry.actorId },
    { label: "User agent", value: entry.userAgent },
  ];
  return (
    <dl className="mt-3 flex flex-wrap gap-x-8 gap-y-2 text-xs">
      {facts.map(({ label, value }) =>
        value === null ? null : (
          <div key={label} className="min-w-0">
            <dt className="text-muted-foreground">{label}</dt>
            <dd className="mt-0.5 font-mono break-all">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
