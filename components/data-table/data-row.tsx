import { ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { TableCell, TableRow } from "@/components/ui/table";
import { type Column, edgeOf, placeOf } from "./column";

/** What a row does when it is pressed, and how it looks. */
export type RowTurns<Row> = {
  /** The page of a row. All of the row can be pressed, and Tab stops at one link. */
  hrefOf?: (row: Row) => string;
  /** What a row opens to, below it. The browser does the opening: it works before, and without, any script. */
  detailOf?: (row: Row) => ReactNode;
  /** The header of the column whose cell is that link, or opens the row; the first unless said. */
  opener?: string;
  /** A row that is over steps back. */
  isFaded?: (row: Row) => boolean;
};

type Props<Row> = RowTurns<Row> & { id: string; row: Row; columns: readonly Column<Row>[] };

export function DataRow<Row>({ id, row, columns, hrefOf, detailOf, isFaded, ...props }: Props<Row>) {
  const { opener = columns[0]?.header } = props;
  const detailId = `detail-${id}`;
  const turns = hrefOf !== undefined || detailOf !== undefined;
  const open = (content: ReactNode) => {
    if (hrefOf) return <RowLink href={hrefOf(row)}>{content}</RowLink>;
    return detailOf ? <RowSummary controls={detailId}>{content}</RowSummary> : content;
  };
  return (
    <>
      <TableRow
        className={cn(
          "@max-4xl:grid @max-4xl:grid-cols-[minmax(0,1fr)_auto] @max-4xl:gap-x-4 @max-4xl:gap-y-1.5 @max-4xl:px-4 @max-4xl:py-3.5",
          // What else can be pressed in it lies above what is stretched over it.
          turns &&
            "relative hover:bg-muted/60 has-[a:focus-visible]:bg-muted/60 [&_:is(a,button):not([data-stretched])]:relative [&_:is(a,button):not([data-stretched])]:z-10",
          detailOf && "has-[details[open]]:border-b-transparent has-[details[open]]:bg-muted/60",
          isFaded?.(row) && "text-muted-foreground",
        )}
      >
        {columns.map((column, index) => {
          const { header, cell, card, className } = column;
          const content = header === opener ? open(cell(row)) : cell(row);
          return (
            <TableCell key={header} className={cn("py-2.5", edgeOf(columns, index), placeOf(column), className)}>
              {card?.labelled && <CardLabel>{header}</CardLabel>}
              {content}
            </TableCell>
          );
        })}
      </TableRow>
      {detailOf && (
        <TableRow
          id={detailId}
          className="hidden bg-muted/60 hover:bg-muted/60 [tr:has(details[open])+&]:table-row @max-4xl:[tr:has(details[open])+&]:block"
        >
          <TableCell colSpan={columns.length} className="px-4 pt-1 pb-5 whitespace-normal @max-4xl:block">
            {detailOf(row)}
          </TableCell>
        </TableRow>
      )}
    </>
  );
}

function RowLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} prefetch={false} data-stretched className="block after:absolute after:inset-0">
      {children}
    </Link>
  );
}

function RowSummary({ controls, children }: { controls: string; children: ReactNode }) {
  return (
    <details className="group">
      <summary
        data-stretched
        aria-controls={controls}
        className="flex list-none items-center gap-1.5 after:absolute after:inset-0 [&::-webkit-details-marker]:hidden"
      >
        <ChevronRight
          aria-hidden="true"
          className="size-3.5 shrink-0 text-muted-foreground transition-transform group-open:rotate-90"
        />
        {children}
      </summary>
    </details>
  );
}

/** A screen reader has the column's header. */
function CardLabel({ children }: { children: string }) {
  return (
    <span aria-hidden="true" className="hidden font-sans text-sm text-muted-foreground @max-4xl:inline">
      {children}
    </span>
  );
}
