import type { ReactNode } from "react";
import { Table, TableBody, TableCaption, TableHead, TableHeader, TableRow } from "@/components/ui/table";
import { TransactionRow, type TransactionRowView } from "./transaction-row";

type Props = {
  rows: readonly TransactionRowView[];
  timeZone: string;
  /** Shown in place of the rows when there are none. */
  empty: ReactNode;
};

export function TransactionsTable({ rows, timeZone, empty }: Props) {
  if (rows.length === 0) return <div className="rounded-lg border bg-card">{empty}</div>;
  return (
    <div className="@container overflow-hidden rounded-lg border bg-card">
      {/* Where six columns do not fit, rows become cards: the page never scrolls sideways. */}
      <Table className="@max-4xl:block">
        <TableCaption className="sr-only">Payments, newest first. Times are in {timeZone}.</TableCaption>
        <TableHeader className="bg-muted/50 @max-4xl:sr-only">
          <TableRow className="hover:bg-transparent [&>th]:h-9 [&>th]:text-xs [&>th]:font-medium [&>th]:text-muted-foreground">
            <TableHead scope="col" className="pl-4">
              Payment
            </TableHead>
            <TableHead scope="col" className="text-right">
              Amount
            </TableHead>
            <TableHead scope="col" className="pl-6">
              Status
            </TableHead>
            <TableHead scope="col">Card</TableHead>
            <TableHead scope="col">Customer</TableHead>
            <TableHead scope="col" className="pr-4 text-right">
              Created
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody className="@max-4xl:block">
          {rows.map((row) => (
            <TransactionRow key={row.id} row={row} timeZone={timeZone} />
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
