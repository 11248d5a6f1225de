import type { ReactNode } from "react";

/** Where a cell stands once a row is a card: on which of its lines, and at which side. */
export type CardPlace = Readonly<{
  line: 1 | 2 | 3 | 4 | 5 | 6;
  side: "left" | "right" | "whole";
  /** Says the column's header before the value, where a value does not speak for itself. */
  labelled?: boolean;
}>;

export type Column<Row> = Readonly<{
  header: string;
  /** The header of a column of buttons is for the ear alone. */
  headerHidden?: boolean;
  cell: (row: Row) => ReactNode;
  align?: "right";
  /** Where there is no room for a table; null leaves it out there. */
  card: CardPlace | null;
  /** Of the cell: its share of a table's width (`max-w-0 @4xl:w-[30%]`), its tone, how it breaks. */
  className?: string;
}>;

const LINES = {
  1: "@max-4xl:row-start-1",
  2: "@max-4xl:row-start-2",
  3: "@max-4xl:row-start-3",
  4: "@max-4xl:row-start-4",
  5: "@max-4xl:row-start-5",
  6: "@max-4xl:row-start-6",
} as const;
const SIDES = {
  left: "@max-4xl:col-start-1 @max-4xl:min-w-0 @max-4xl:max-w-none @max-4xl:text-left",
  // Whatever is long in it leaves the other side its room.
  right: "@max-4xl:col-start-2 @max-4xl:max-w-[55cqi] @max-4xl:text-right",
  whole: "@max-4xl:col-span-2 @max-4xl:min-w-0 @max-4xl:max-w-none @max-4xl:text-left",
} as const;
const LABELLED = "@max-4xl:flex @max-4xl:justify-between @max-4xl:gap-4";

/** The classes of a column's cells, in a table and in a card. */
export function placeOf({ card }: Pick<Column<never>, "card">): string {
  if (card === null) return "@max-4xl:hidden";
  return `${LINES[card.line]} ${SIDES[card.side]} ${card.labelled ? LABELLED : ""} @max-4xl:p-0`;
}

/** The classes that a column's header and cells share: figures end where their header ends, with room behind them. */
export function edgeOf(columns: readonly Pick<Column<never>, "align">[], index: number): string {
  const { align } = columns[index] ?? {};
  const isBehindFigures = align !== "right" && columns[index - 1]?.align === "right";
  return [
    align === "right" ? "text-right" : "",
    index === 0 ? "pl-4" : isBehindFigures ? "pl-6" : "",
    index === columns.length - 1 ? "pr-4" : "",
  ].join(" ");
}
