import type { ReactNode } from "react";

type Fact = Readonly<{ label: string; value: ReactNode }>;

/** What is known of one thing. A fact without a value is left out. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2.5 text-xs">
      {facts.map(({ label, value }) =>
        value === null || value === undefined || value === false ? null : (
          <div key={label} className="max-w-prose min-w-0">
            <dt className="text-muted-foreground">{label}</dt>
            <dd className="mt-0.5 font-mono break-words">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
