import type { ReactNode } from "react";
import { LocalTime } from "./local-time";

export type TimelineTone = "neutral" | "success" | "warning" | "danger";

export type TimelineItem = Readonly<{
  id: string;
  /** What happened, in the past tense: "Captured", "Acquirer approved". */
  what: string;
  actor: string;
  at: Date;
  tone: TimelineTone;
  /** Label and value pairs, already masked. */
  details?: readonly { label: string; value: ReactNode }[];
}>;

const DOT: Record<TimelineTone, string> = {
  neutral: "bg-card border-muted-foreground/60",
  success: "bg-success border-success",
  warning: "bg-card border-warning",
  danger: "bg-danger border-danger",
};

/** The payment's story, oldest first, each line with who did it. */
export function Timeline({ items, timeZone }: { items: readonly TimelineItem[]; timeZone: string }) {
  return (
    <ol aria-label="Timeline" className="px-5 py-5">
      {items.map((item) => (
        <li key={item.id} className="relative pb-6 pl-7 last:pb-0">
          <span
            aria-hidden="true"
            className="absolute top-5 bottom-[-0.125rem] left-[0.3125rem] w-px bg-border in-[li:last-child]:hidden"
          />
          <span
            aria-hidden="true"
            className={`absolute top-1 left-0 size-[0.6875rem] rounded-full border-2 ${DOT[item.tone]}`}
          />
          <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
            <p className="text-sm font-medium">{item.what}</p>
            <p className="text-xs text-muted-foreground">
              <LocalTime at={item.at} timeZone={timeZone} seconds />
            </p>
          </div>
          <p className="mt-0.5 text-sm break-words text-muted-foreground">{item.actor}</p>
          {item.details !== undefined && item.details.length > 0 && (
            <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 rounded-md bg-muted/60 px-3 py-2 text-xs">
              {item.details.map((detail) => (
                <div key={detail.label} className="contents">
                  <dt className="text-muted-foreground">{detail.label}</dt>
                  <dd className="font-mono break-all">{detail.value}</dd>
                </div>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ol>
  );
}
