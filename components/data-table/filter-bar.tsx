import { X } from "lucide-react";
import Form from "next/form";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { type FilterValues, filterHref } from "./filter-href";
import { OmitEmptyFields } from "./omit-empty-fields";

type Props<F extends FilterValues> = {
  path: string;
  /** What else the address of the list says, whatever the filters are. */
  place?: FilterValues;
  filters: F;
  /** The same filters in words, for the chips. */
  shown: FilterValues;
  names: Record<keyof F & string, string>;
  label: string;
  children: ReactNode;
};

export function FilterBar<F extends FilterValues>({
  path,
  place = {},
  filters,
  shown,
  names,
  label,
  children,
}: Props<F>) {
  const active = (Object.keys(names) as (keyof F & string)[]).filter((name) => filters[name]);
  return (
    <search aria-label={label} className="mb-4 block">
      {/* A changed filter starts a new form: fields show what the address says, also after Back. */}
      <Form
        key={filterHref(path, { ...place, ...filters })}
        action={path}
        className="flex flex-wrap items-end gap-x-3 gap-y-3"
      >
        <OmitEmptyFields />
        {Object.entries(place).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {children}
        <Button type="submit" variant="outline" className="bg-card">
          Apply
        </Button>
      </Form>
      {active.length > 0 && (
        <ul className="mt-3 flex flex-wrap items-center gap-2" aria-label="Active filters">
          {active.map((name) => (
            <li key={name}>
              <Link
                href={filterHref(path, { ...place, ...filters, [name]: undefined })}
                className="inline-flex h-7 max-w-72 items-center gap-1.5 rounded-full border border-primary/25 bg-primary/8 pr-2 pl-3 text-xs text-foreground hover:bg-primary/14"
              >
                <span className="sr-only">Remove filter </span>
                <span className="text-muted-foreground">{names[name]}</span>
                <span className="truncate font-medium">{shown[name]}</span>
                <X aria-hidden="true" className="size-3 shrink-0" />
              </Link>
            </li>
          ))}
          {active.length > 1 && (
            <li>
              <Link
                href={filterHref(path, place)}
                className="px-1.5 text-xs text-muted-foreground underline-offset-4 hover:underline"
              >
                Clear all
              </Link>
            </li>
          )}
        </ul>
      )}
    </search>
  );
}
