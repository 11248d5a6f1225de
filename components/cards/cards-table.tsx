import Link from "next/link";
import type { ReactNode } from "react";
import type { Column } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { None } from "@/components/data-table/none";
import { cardBrand } from "@/components/payments/card-brand";
import { CardLabel } from "@/components/payments/card-label";
import { LocalTime } from "@/components/payments/local-time";
import { Badge } from "@/components/ui/badge";
import { DeleteCardButton } from "./deleting-cards";

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

type Props = {
  rows: readonly CardRowView[];
  timeZone: string;
  /** Each row has a button then; `DeletingCards` stands around the table. */
  mayDelete: boolean;
  empty: ReactNode;
};

export function CardsTable({ rows, timeZone, mayDelete, empty }: Props) {
  return (
    <DataTable
      caption={`Cards, newest first. Times are in ${timeZone}.`}
      columns={[...columnsOf(timeZone), ...(mayDelete ? [DELETE] : [])]}
      rows={rows}
      keyOf={({ id }) => id}
      empty={empty}
    />
  );
}

const DELETE: Column<CardRowView> = {
  header: "Delete",
  headerHidden: true,
  cell: ({ id, brand, lastFour }) => (
    <DeleteCardButton
      card={{ id, name: `${cardBrand(brand).name} ending in ${lastFour}` }}
      describedBy={`card-${id}`}
    />
  ),
  align: "right",
  card: { line: 1, side: "right" },
};

function columnsOf(timeZone: string): Column<CardRowView>[] {
  return [
    {
      header: "Card",
      cell: ({ id, brand, lastFour }) => (
        <>
          <span id={`card-${id}`}>
            <CardLabel brand={brand} lastFour={lastFour} named />
          </span>
          <span className="mt-0.5 block truncate font-mono text-xs text-muted-foreground">{id}</span>
        </>
      ),
      card: { line: 1, side: "left" },
      className: "max-w-0 @4xl:w-[30%]",
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
