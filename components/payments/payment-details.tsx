import type { ReactNode } from "react";

export type Detail = Readonly<{ label: string; value: ReactNode; mono?: boolean }>;

/** Labelled facts. A value of null is a dash, read as "none". */
export function PaymentDetails({ details }: { details: readonly Detail[] }) {
  return (
    <dl className="divide-y text-sm">
      {details.map(({ label, value, mono }) => (
        <div key={label} className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-4 px-5 py-3">
          <dt className="min-w-0 break-words text-muted-foreground">{label}</dt>
          <dd className={mono ? "font-mono text-xs leading-5 break-all" : "break-words"}>
            {value ?? (
              <>
                <span aria-hidden="true">—</span>
                <span className="sr-only">None</span>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
