import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { Table, TableBody, TableCaption, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { type Column, edgeOf } from "./column";
import { DataRow, type RowTurns } from "./data-row";

type Props<Row> = RowTurns<Row> & {
  /** What is listed, in which order, and whose time it is: for the ear. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** An `EmptyState`: there in place of the table when there are no rows. */
  empty: ReactNode;
};

/** A list. Where its columns do not fit, rows become cards: the page never scrolls sideways. */
export function DataTable<Row>({ caption, columns, rows, keyOf, empty, ...turns }: Props<Row>) {
  if (rows.length === 0) return <div className="rounded-lg border bg-card">{empty}</div>;
  return (
    <div className="@container overflow-hidden rounded-lg border bg-card">
      <Table className="@max-4xl:block">
        <TableCaption className="sr-only">{caption}</TableCaption>
        <TableHeader className="bg-muted/50 @max-4xl:sr-only">
          <TableRow className="hover:bg-transparent">
            {columns.map(({ header, headerHidden }, index) => (
              <TableHead
                key={header}
                scope="col"
                className={cn("h-9 text-xs text-muted-foreground", edgeOf(columns, index))}
              >
                {headerHidden ? <span className="sr-only">{header}</span> : header}
              </TableHead>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody className="@max-4xl:block">
          {rows.map((row) => (
            <DataRow key={keyOf(row)} id={keyOf(row)} row={row} columns={columns} {...turns} />
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
