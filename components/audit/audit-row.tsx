import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { LocalTime } from "@/components/payments/local-time";
import { TableCell, TableRow } from "@/components/ui/table";
import type { AuditEntryView } from "@/lib/audit/audit-view";
import { EntryContext } from "./entry-context";
import { OutcomeBadge } from "./outcome-badge";
import { ValueDiff } from "./value-diff";

const ACTORS: Record<AuditEntryView["actorType"], string> = { user: "User", api_key: "API key", system: "System" };

type Props = { entry: AuditEntryView; timeZone: string; resourceHref: string | null };

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
            <Link
              href={href}
              prefetch={false}
              className="relative z-10 text-primary underline-offset-4 hover:underline"
            >
              {id}
            </Link>
          )}
        </span>
      )}
    </>
  );
}

/**
 * Two table rows: the entry, and below it what it changed, shown while the first one's `details` is open. Browser and
 * keyboard do the opening, so it works before, and without, any script.
 */
export function AuditRow({ entry, timeZone, resourceHref }: Props) {
  const detailId = `entry-${entry.id}`;
  return (
    <>
      <TableRow className="relative has-[details[open]]:border-b-transparent has-[details[open]]:bg-muted/60 @max-4xl:grid @max-4xl:grid-cols-[minmax(0,1fr)_auto] @max-4xl:gap-x-4 @max-4xl:gap-y-1 @max-4xl:px-4 @max-4xl:py-3">
        <TableCell className="py-2.5 pl-4 text-muted-foreground @max-4xl:col-start-1 @max-4xl:row-start-4 @max-4xl:p-0 @max-4xl:text-xs">
          <LocalTime at={entry.createdAt} timeZone={timeZone} seconds />
        </TableCell>
        <TableCell className="@max-4xl:col-start-1 @max-4xl:row-start-1 @max-4xl:p-0">
          <details className="group">
            <summary
              data-stretched
              aria-controls={detailId}
              className="flex list-none items-center gap-1.5 font-mono text-[0.8125rem] font-medium after:absolute after:inset-0 [&::-webkit-details-marker]:hidden"
            >
              <ChevronRight
                aria-hidden="true"
                className="size-3.5 shrink-0 text-muted-foreground transition-transform group-open:rotate-90"
              />
              {entry.action}
            </summary>
          </details>
        </TableCell>
        <TableCell className="@max-4xl:col-start-1 @max-4xl:row-start-2 @max-4xl:min-w-0 @max-4xl:p-0">
          <span className="block truncate @4xl:max-w-52">{entry.actorName}</span>
          <span className="block text-xs text-muted-foreground @max-4xl:hidden">{ACTORS[entry.actorType]}</span>
        </TableCell>
        <TableCell className="@max-4xl:col-span-2 @max-4xl:row-start-3 @max-4xl:min-w-0 @max-4xl:p-0">
          <Resource entry={entry} href={resourceHref} />
        </TableCell>
        <TableCell className="@max-4xl:col-start-2 @max-4xl:row-start-1 @max-4xl:p-0 @max-4xl:text-right">
          <OutcomeBadge outcome={entry.outcome} />
        </TableCell>
        <TableCell className="pr-4 text-right font-mono text-xs text-muted-foreground @max-4xl:col-start-2 @max-4xl:row-start-4 @max-4xl:p-0">
          {entry.sequence ?? <span title="Sealed into the chain within a second">sealing…</span>}
        </TableCell>
      </TableRow>
      <TableRow
        id={detailId}
        className="hidden bg-muted/60 hover:bg-muted/60 [tr:has(details[open])+&]:table-row @max-4xl:[tr:has(details[open])+&]:block"
      >
        <TableCell colSpan={6} className="px-4 pt-1 pb-5 whitespace-normal @max-4xl:block">
          <ValueDiff oldValues={entry.oldValues} newValues={entry.newValues} />
          <EntryContext entry={entry} />
        </TableCell>
      </TableRow>
    </>
  );
}
