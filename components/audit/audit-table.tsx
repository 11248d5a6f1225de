import type { ReactNode } from "react";
import { Table, TableBody, TableCaption, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import type { AuditEntryView } from "@/lib/audit/audit-view";
import { AuditRow } from "./audit-row";

type Props = {
  entries: readonly AuditEntryView[];
  timeZone: string;
  /** The page of an entry's resource, where it has one that the reader may open. */
  resourceHref: (entry: AuditEntryView) => string | null;
  empty: ReactNode;
};

export function AuditTable({ entries, timeZone, resourceHref, empty }: Props) {
  if (entries.length === 0) return <div className="rounded-lg border bg-card">{empty}</div>;
  return (
    <div className="@container overflow-hidden rounded-lg border bg-card">
      <Table className="@max-4xl:block">
        <TableCaption className="sr-only">
          Audit entries, newest first. Times are in {timeZone}. Open an action to see what it changed.
        </TableCaption>
        <TableHeader className="bg-muted/50 @max-4xl:sr-only">
          <TableRow className="hover:bg-transparent [&>th]:h-9 [&>th]:text-xs [&>th]:font-medium [&>th]:text-muted-foreground">
            <TableHead scope="col" className="pl-4">
              Time
            </TableHead>
            <TableHead scope="col">Action</TableHead>
            <TableHead scope="col">Actor</TableHead>
            <TableHead scope="col">Resource</TableHead>
            <TableHead scope="col">Outcome</TableHead>
            <TableHead scope="col" className="pr-4 text-right">
              Sequence
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody className="@max-4xl:block">
          {entries.map((entry) => (
            <AuditRow key={entry.id} entry={entry} timeZone={timeZone} resourceHref={resourceHref(entry)} />
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
