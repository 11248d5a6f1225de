import type { ReactNode } from "react";
import type { Column } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { None } from "@/components/data-table/none";
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

type Props = { rows: readonly TransactionRowView[]; timeZone: string; empty: ReactNode };

export function TransactionsTable({ rows, timeZone, empty }: Props) {
  return (
    <DataTable
      caption={`Payments, newest first. Times are in ${timeZone}.`}
      columns={columnsOf(timeZone)}
      rows={rows}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `/transactions/${id}`}
      empty={empty}
    />
  );
}

function columnsOf(timeZone: string): Column<TransactionRowView>[] {
  return [
    {
      header: "Payment",
      cell: ({ id, reference }) => (
        <>
          {reference !== null && <span className="block truncate font-medium">{reference} </span>}
          <span className={`block truncate font-mono text-xs ${reference === null ? "" : "text-muted-foreground"}`}>
            {id}
          </span>
        </>
      ),
      card: { line: 1, side: "left" },
      className: "max-w-0 @4xl:w-[26%]",
    },
    {
      header: "Amount",
      cell: ({ amount }) => <MoneyAmount value={amount} strong />,
      align: "right",
      card: { line: 1, side: "right" },
    },
    {
      header: "Status",
      cell: ({ status }) => <StatusBadge status={status} />,
      card: { line: 2, side: "right" },
    },
    {
      header: "Card",
      cell: ({ card }) => <CardLabel brand={card.brand} lastFour={card.lastFour} />,
      card: { line: 2, side: "left" },
    },
    {
      header: "Customer",
      cell: ({ customer }) => customer ?? <None what="customer" />,
      card: { line: 3, side: "right" },
      className: "max-w-40 truncate @max-4xl:max-w-[38cqi] @max-4xl:text-xs",
    },
    {
      header: "Created",
      cell: ({ createdAt }) => <LocalTime at={createdAt} timeZone={timeZone} />,
      align: "right",
      card: { line: 3, side: "left" },
      className: "text-muted-foreground @max-4xl:text-xs",
    },
  ];
}
