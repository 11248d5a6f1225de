import type { ReactNode } from "react";
import type { Column } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { None } from "@/components/data-table/none";
import { LocalTime } from "@/components/payments/local-time";

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
  const columns: Column<CustomerRowView>[] = [
    {
      header: "Customer",
      cell: ({ id, name }) => (
        <>
          <span className="block truncate font-medium">{name} </span>
          <span className="block truncate font-mono text-xs text-muted-foreground">{id}</span>
        </>
      ),
      card: { line: 1, side: "whole" },
      className: "max-w-0 @4xl:w-[38%]",
    },
    {
      header: "Email",
      cell: ({ email }) => email,
      card: { line: 2, side: "left" },
      className: "max-w-64 truncate",
    },
    {
      header: "Phone",
      cell: ({ phone }) => phone ?? <None what="phone" />,
      card: { line: 2, side: "right" },
      className: "tabular-nums",
    },
    {
      header: "Created",
      cell: ({ createdAt }) => <LocalTime at={createdAt} timeZone={timeZone} />,
      align: "right",
      card: { line: 3, side: "left" },
      className: "text-muted-foreground @max-4xl:text-xs",
    },
  ];
  return (
    <DataTable
      caption={`Customers, newest first. Times are in ${timeZone}.`}
      columns={columns}
      rows={rows}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `/customers/${id}`}
      empty={empty}
    />
  );
}
