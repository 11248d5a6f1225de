import Link from "next/link";
import type { ReactNode } from "react";
import { LocalTime } from "@/components/payments/local-time";
import { Table, TableBody, TableCaption, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";

/** Address and number as they may be shown: masked. */
export type CustomerRowView = Readonly<{
  id: string;
  name: string;
  email: string;
  phone: string | null;
  createdAt: Date;
}>;

type Props = { rows: readonly CustomerRowView[]; timeZone: string; empty: ReactNode };

export function CustomersTable({ rows, timeZone, empty }: Props) {
  if (rows.length === 0) return <div className="rounded-lg border bg-card">{empty}</div>;
  return (
    <div className="@container overflow-hidden rounded-lg border bg-card">
      {/* Where four columns do not fit, rows become cards: the page never scrolls sideways. */}
      <Table className="@max-3xl:block">
        <TableCaption className="sr-only">Customers, newest first. Times are in {timeZone}.</TableCaption>
        <TableHeader className="bg-muted/50 @max-3xl:sr-only">
          <TableRow className="hover:bg-transparent [&>th]:h-9 [&>th]:text-xs [&>th]:font-medium [&>th]:text-muted-foreground">
            <TableHead scope="col" className="pl-4">
              Customer
            </TableHead>
            <TableHead scope="col">Email</TableHead>
            <TableHead scope="col">Phone</TableHead>
            <TableHead scope="col" className="pr-4 text-right">
              Created
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody className="@max-3xl:block">
          {rows.map((row) => (
            <CustomerRow key={row.id} row={row} timeZone={timeZone} />
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function CustomerRow({ row, timeZone }: { row: CustomerRowView; timeZone: string }) {
  return (
    <TableRow className="relative hover:bg-muted/60 has-[a:focus-visible]:bg-muted/60 @max-3xl:grid @max-3xl:grid-cols-[minmax(0,1fr)_auto] @max-3xl:gap-x-4 @max-3xl:gap-y-1.5 @max-3xl:px-4 @max-3xl:py-3.5">
      <TableCell className="max-w-0 py-2.5 pl-4 @3xl:w-[38%] @max-3xl:col-span-2 @max-3xl:max-w-none @max-3xl:min-w-0 @max-3xl:p-0">
        {/* One link a row, stretched over it: the whole row can be pressed, and Tab stops once. */}
        <Link
          href={`/customers/${row.id}`}
          prefetch={false}
          data-stretched
          className="block after:absolute after:inset-0"
        >
          <span className="block truncate font-medium">{row.name} </span>
          <span className="block truncate font-mono text-xs text-muted-foreground">{row.id}</span>
        </Link>
      </TableCell>
      <TableCell className="@max-3xl:col-start-1 @max-3xl:min-w-0 @max-3xl:truncate @max-3xl:p-0">
        {row.email}
      </TableCell>
      <TableCell className="tabular-nums @max-3xl:col-start-2 @max-3xl:p-0 @max-3xl:text-right">
        {row.phone ?? <None what="phone" />}
      </TableCell>
      <TableCell className="pr-4 text-right text-muted-foreground @max-3xl:col-start-1 @max-3xl:p-0 @max-3xl:text-left @max-3xl:text-xs">
        <LocalTime at={row.createdAt} timeZone={timeZone} />
      </TableCell>
    </TableRow>
  );
}

function None({ what }: { what: string }) {
  return (
    <>
      <span aria-hidden="true" className="text-muted-foreground @max-3xl:hidden">
        —
      </span>
      <span className="sr-only">No {what}</span>
    </>
  );
}
