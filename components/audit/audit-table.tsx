import Link from "next/link";
import type { ReactNode } from "react";
import type { Column } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { LocalTime } from "@/components/payments/local-time";
import type { AuditEntryView } from "@/lib/audit/audit-view";
import { EntryContext } from "./entry-context";
import { OutcomeBadge } from "./outcome-badge";
import { ValueDiff } from "./value-diff";

const ACTORS: Record<AuditEntryView["actorType"], string> = { user: "User", api_key: "API key", system: "System" };

/** The page of an entry's resource, where it has one that the reader may open. */
type ResourceHref = (entry: AuditEntryView) => string | null;

type Props = {
  entries: readonly AuditEntryView[];
  timeZone: string;
  resourceHref: ResourceHref;
  empty: ReactNode;
};

/** Each entry opens to what it changed. */
export function AuditTable({ entries, timeZone, resourceHref, empty }: Props) {
  return (
    <DataTable
      caption={`Audit entries, newest first. Times are in ${timeZone}. Open an action to see what it changed.`}
      columns={columnsOf(timeZone, resourceHref)}
      rows={entries}
      keyOf={({ id }) => id}
      opener="Action"
      detailOf={(entry) => (
        <>
          <ValueDiff oldValues={entry.oldValues} newValues={entry.newValues} />
          <EntryContext entry={entry} />
        </>
      )}
      empty={empty}
    />
  );
}

function columnsOf(timeZone: string, resourceHref: ResourceHref): Column<AuditEntryView>[] {
  return [
    {
      header: "Time",
      cell: ({ createdAt }) => <LocalTime at={createdAt} timeZone={timeZone} seconds />,
      card: { line: 4, side: "left" },
      className: "text-muted-foreground @max-4xl:text-xs",
    },
    {
      header: "Action",
      cell: ({ action }) => <span className="font-mono text-[0.8125rem] font-medium">{action}</span>,
      card: { line: 1, side: "left" },
    },
    {
      header: "Actor",
      cell: ({ actorName, actorType }) => (
        <>
          <span className="block truncate @4xl:max-w-52">{actorName}</span>
          <span className="block text-xs text-muted-foreground @max-4xl:hidden">{ACTORS[actorType]}</span>
        </>
      ),
      card: { line: 2, side: "left" },
    },
    {
      header: "Resource",
      cell: (entry) => <Resource entry={entry} href={resourceHref(entry)} />,
      card: { line: 3, side: "whole" },
    },
    {
      header: "Outcome",
      cell: ({ outcome }) => <OutcomeBadge outcome={outcome} />,
      card: { line: 1, side: "right" },
    },
    {
      header: "Sequence",
      cell: ({ sequence }) => sequence ?? <span title="Sealed into the chain within a second">sealing…</span>,
      align: "right",
      card: { line: 4, side: "right" },
      className: "font-mono text-xs text-muted-foreground",
    },
  ];
}

function Resource({ entry, href }: { entry: AuditEntryView; href: string | null }) {
  const id = entry.resourceId;
  return (
    <>
      <span className="text-muted-foreground">{entry.resourceType}</span>
      {id !== null && (
        <span className="block truncate font-mono text-xs @4xl:max-w-52">
          {href === null ? (
            id
          ) : (
            <Link href={href} prefetch={false} className="text-primary underline-offset-4 hover:underline">
              {id}
            </Link>
          )}
        </span>
      )}
    </>
  );
}
