import Link from "next/link";
import type { ReactNode } from "react";
import type { Column } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { None } from "@/components/data-table/none";
import { CardLabel } from "@/components/payments/card-label";
import { LocalTime } from "@/components/payments/local-time";
import { Badge } from "@/components/ui/badge";

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
  return (
    <DataTable
      caption={`Cards, newest first. Times are in ${timeZone}.`}
      columns={columnsOf(timeZone)}
      rows={rows}
      keyOf={({ id }) => id}
      empty={empty}
    />
  );
}

function columnsOf(timeZone: string): Column<CardRowView>[] {
  return [
    {
      header: "Card",
      cell: ({ id, brand, lastFour }) => (
        <>
          <CardLabel brand={brand} lastFour={lastFour} named />
          <span className="mt-0.5 block truncate font-mono text-xs text-muted-foreground">{id}</span>
        </>
      ),
      card: { line: 1, side: "whole" },
      className: "max-w-0 @4xl:w-[34%]",
    },
    {
      header: "Expires",
      cell: ({ expires, hasExpired }) => (
        <>
          {expires}
          {hasExpired && <span className="block text-xs text-danger">Expired</span>}
        </>
      ),
      card: { line: 3, side: "right" },
      className: "tabular-nums @max-4xl:text-xs",
    },
    {
      header: "Customer",
      cell: ({ customer }) =>
        customer === null ? (
          <None what="customer" />
        ) : (
          <Link
            href={`/customers/${customer.id}`}
            prefetch={false}
            className="block max-w-48 truncate underline decoration-border underline-offset-4 hover:decoration-foreground @max-4xl:max-w-none"
          >
            {customer.name}
          </Link>
        ),
      card: { line: 2, side: "left" },
    },
    {
      header: "Number",
      cell: ({ chargeable, duplicate }) => (
        <span className="inline-flex flex-wrap gap-1.5 @max-4xl:justify-end">
          <Badge variant={chargeable ? "outline" : "secondary"}>{chargeable ? "In the vault" : "Not kept"}</Badge>
          {duplicate && <Badge variant="secondary">Duplicate</Badge>}
        </span>
      ),
      card: { line: 2, side: "right" },
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
