import Link from "next/link";
import { TableCell, TableRow } from "@/components/ui/table";
import type { PaymentStatus } from "@/lib/payments/payment-status";
import { CardLabel } from "./card-label";
import { LocalTime } from "./local-time";
import { MoneyAmount, type MoneyText } from "./money";
import { StatusBadge } from "./status-badge";

export type TransactionRowView = Readonly<{
  id: string;
  reference: string | null;
  amount: MoneyText;
  status: PaymentStatus;
  card: { brand: string; lastFour: string };
  customer: string | null;
  createdAt: Date;
}>;

type Props = { row: TransactionRowView; timeZone: string };

/** In a narrow container the same six cells stand as a card of three lines; see `TransactionsTable`. */
export function TransactionRow({ row, timeZone }: Props) {
  return (
    <TableRow className="relative hover:bg-muted/60 has-[a:focus-visible]:bg-muted/60 @max-4xl:grid @max-4xl:grid-cols-[minmax(0,1fr)_auto] @max-4xl:gap-x-4 @max-4xl:gap-y-1.5 @max-4xl:px-4 @max-4xl:py-3.5">
      <TableCell className="max-w-0 py-2.5 pl-4 @4xl:w-[26%] @max-4xl:max-w-none @max-4xl:col-start-1 @max-4xl:row-start-1 @max-4xl:min-w-0 @max-4xl:p-0">
        {/* One link a row, stretched over it: the whole row can be pressed, and Tab stops once. */}
        <Link
          href={`/transactions/${row.id}`}
          prefetch={false}
          data-stretched
          className="block after:absolute after:inset-0"
        >
          {row.reference !== null && <span className="block truncate font-medium">{row.reference} </span>}
          <span className={`block truncate font-mono text-xs ${row.reference === null ? "" : "text-muted-foreground"}`}>
            {row.id}
          </span>
        </Link>
      </TableCell>
      <TableCell className="text-right @max-4xl:col-start-2 @max-4xl:row-start-1 @max-4xl:p-0">
        <MoneyAmount value={row.amount} strong />
      </TableCell>
      <TableCell className="pl-6 @max-4xl:col-start-2 @max-4xl:row-start-2 @max-4xl:p-0 @max-4xl:text-right">
        <StatusBadge status={row.status} />
      </TableCell>
      <TableCell className="@max-4xl:col-start-1 @max-4xl:row-start-2 @max-4xl:p-0">
        <CardLabel brand={row.card.brand} lastFour={row.card.lastFour} />
      </TableCell>
      <TableCell className="max-w-40 truncate @max-4xl:max-w-none @max-4xl:col-start-2 @max-4xl:row-start-3 @max-4xl:p-0 @max-4xl:text-right @max-4xl:text-xs">
        {row.customer ?? (
          <>
            <span aria-hidden="true" className="text-muted-foreground @max-4xl:hidden">
              —
            </span>
            <span className="sr-only">No customer</span>
          </>
        )}
      </TableCell>
      <TableCell className="pr-4 text-right text-muted-foreground @max-4xl:col-start-1 @max-4xl:row-start-3 @max-4xl:p-0 @max-4xl:text-left @max-4xl:text-xs">
        <LocalTime at={row.createdAt} timeZone={timeZone} />
      </TableCell>
    </TableRow>
  );
}
