import type { ReactNode } from "react";

export type FigureChange = Readonly<{
  direction: "up" | "down" | "same";
  /** How much, for example `12.4%` or `0.8 points`. */
  text: string;
  /** The figure of the period before, for example `₹4,10,200.00`. */
  before: string;
  /** Which direction is good news; null where neither is. */
  good: "up" | "down" | null;
}>;

type Props = {
  label: string;
  value: ReactNode;
  /** Null where the period before has nothing to compare with. */
  change: FigureChange | null;
  /** For example `the 30 days before`. */
  period: string;
};

const WORDS = { up: "Up", down: "Down", same: "Unchanged" } as const;
const ARROWS = { up: "M5 8.5v-7M2 4.5l3-3 3 3", down: "M5 1.5v7M2 5.5l3 3 3-3", same: "M1.5 5h7" } as const;

function tone({ direction, good }: FigureChange): string {
  if (direction === "same" || good === null) return "text-muted-foreground";
  return direction === good ? "text-success" : "text-danger";
}

export function FigureCard({ label, value, change, period }: Props) {
  return (
    <div className="@container min-w-0 rounded-lg border bg-card px-5 py-4">
      <dt className="text-sm text-muted-foreground">{label}</dt>
      <dd className="mt-2">
        <span className="block truncate text-[1.375rem] leading-tight font-semibold tracking-[-0.02em]">{value}</span>
        <span className="mt-2 block text-xs text-muted-foreground">
          {change === null ? (
            `Nothing to compare in ${period}`
          ) : (
            <>
              <span className={`inline-flex items-center gap-1 font-medium ${tone(change)}`}>
                <svg viewBox="0 0 10 10" aria-hidden="true" className="size-2.5 fill-none stroke-current stroke-[1.5]">
                  <path d={ARROWS[change.direction]} strokeLinecap="round" strokeLinejoin="round" />
                </svg>
                <span className="sr-only">{WORDS[change.direction]} </span>
                {change.direction === "same" ? "" : change.text}
              </span>{" "}
              <span className="sr-only">against {period}: </span>
              <span aria-hidden="true">from </span>
              {change.before}
            </>
          )}
        </span>
      </dd>
    </div>
  );
}

/** The cards of one period, as one list of terms and values. */
export function FigureGrid({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-1 gap-3 min-[30rem]:grid-cols-2 xl:grid-cols-4">{children}</dl>;
}
