import Link from "next/link";
import type { ReactNode } from "react";
import { CardLabel } from "@/components/payments/card-label";
import { LocalTime } from "@/components/payments/local-time";
import { Badge } from "@/components/ui/badge";
import { Table, TableBody, TableCaption, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";

export type CardRowView = Readonly<{
  id: string;
  brand: string;
  lastFour: string;
  /** `MM/YYYY`. */
  expires: string;
  hasExpired: boolean;
  /** Null when it belongs to nobody. */
  customer: { id: string; name: string } | null;
  /** Whether a payment can be started with it. */
  chargeable: boolean;
  duplicate: boolean;
  createdAt: Date;
}>;

type Props = { rows: readonly CardRowView[]; timeZone: string; empty: ReactNode };

export function CardsTable({ rows, timeZone, empty }: Props) {
  if (rows.length === 0) return <div className="rounded-lg border bg-card">{empty}</div>;
  return (
    <div className="@container overflow-hidden rounded-lg border bg-card">
      {/* Where five columns do not fit, rows become cards: the page never scrolls sideways. */}
      <Table className="@max-3xl:block">
        <TableCaption className="sr-only">Cards, newest first. Times are in {timeZone}.</TableCaption>
        <TableHeader className="bg-muted/50 @max-3xl:sr-only">
          <TableRow className="hover:bg-transparent [&>th]:h-9 [&>th]:text-xs [&>th]:font-medium [&>th]:text-muted-foreground">
            <TableHead scope="col" className="pl-4">
              Card
            </TableHead>
            <TableHead scope="col">Expires</TableHead>
            <TableHead scope="col">Customer</TableHead>
            <TableHead scope="col">Number</TableHead>
            <TableHead scope="col" className="pr-4 text-right">
              Created
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody className="@max-3xl:block">
          {rows.map((row) => (
            <CardRow key={row.id} row={row} timeZone={timeZone} />
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function CardRow({ row, timeZone }: { row: CardRowView; timeZone: string }) {
  return (
    <TableRow className="hover:bg-muted/60 @max-3xl:grid @max-3xl:grid-cols-[minmax(0,1fr)_auto] @max-3xl:gap-x-4 @max-3xl:gap-y-1.5 @max-3xl:px-4 @max-3xl:py-3.5">
      <TableCell className="max-w-0 py-2.5 pl-4 @3xl:w-[34%] @max-3xl:col-span-2 @max-3xl:max-w-none @max-3xl:min-w-0 @max-3xl:p-0">
        <CardLabel brand={row.brand} lastFour={row.lastFour} named />
        <span className="mt-0.5 block truncate font-mono text-xs text-muted-foreground">{row.id}</span>
      </TableCell>
      <TableCell className="tabular-nums @max-3xl:col-start-2 @max-3xl:row-start-3 @max-3xl:p-0 @max-3xl:text-right @max-3xl:text-xs">
        {row.expires}
        {row.hasExpired && <span className="block text-xs text-danger">Expired</span>}
      </TableCell>
      <TableCell className="max-w-48 truncate @max-3xl:col-start-1 @max-3xl:row-start-2 @max-3xl:max-w-none @max-3xl:min-w-0 @max-3xl:p-0">
        {row.customer === null ? (
          <>
            <span aria-hidden="true" className="text-muted-foreground @max-3xl:hidden">
              —
            </span>
            <span className="sr-only">No customer</span>
          </>
        ) : (
          <Link
            href={`/customers/${row.customer.id}`}
            prefetch={false}
            className="underline decoration-border underline-offset-4 hover:decoration-foreground"
          >
            {row.customer.name}
          </Link>
        )}
      </TableCell>
      <TableCell className="@max-3xl:col-start-2 @max-3xl:row-start-2 @max-3xl:p-0 @max-3xl:text-right">
        <span className="inline-flex flex-wrap gap-1.5 @max-3xl:justify-end">
          <Badge variant={row.chargeable ? "outline" : "secondary"}>
            {row.chargeable ? "In the vault" : "Not kept"}
          </Badge>
          {row.duplicate && <Badge variant="secondary">Duplicate</Badge>}
        </span>
      </TableCell>
      <TableCell className="pr-4 text-right text-muted-foreground @max-3xl:col-start-1 @max-3xl:row-start-3 @max-3xl:p-0 @max-3xl:text-left @max-3xl:text-xs">
        <LocalTime at={row.createdAt} timeZone={timeZone} />
      </TableCell>
    </TableRow>
  );
}
