import { FilterBar } from "@/components/data-table/filter-bar";
import { SelectField } from "@/components/data-table/filter-fields";
import { SearchField } from "@/components/data-table/search-field";

export type RequestFilterValues = Readonly<{
  /** A request's id, or a part of a path. */
  q?: string | undefined;
  method?: string | undefined;
  status?: string | undefined;
  /** A key's id. */
  key?: string | undefined;
}>;

const NAMES: Record<keyof RequestFilterValues, string> = {
  q: "Search",
  method: "Method",
  status: "Status",
  key: "Key",
};

type Choice = Readonly<{ value: string; label: string }>;

type Props = {
  filters: RequestFilterValues;
  methods: readonly Choice[];
  statuses: readonly Choice[];
  keys: readonly Choice[];
};

export function RequestsFilters({ filters, methods, statuses, keys }: Props) {
  const { q, method, status, key } = filters;
  const words = (choices: readonly Choice[], chosen: string | undefined) =>
    choices.find(({ value }) => value === chosen)?.label;
  return (
    <FilterBar
      path="/developers"
      place={{ tab: "requests" }}
      filters={filters}
      shown={{ q, method, status: words(statuses, status), key: words(keys, key) ?? key }}
      names={NAMES}
      label="Filter requests"
    >
      <SearchField id="request-search" value={q} placeholder="Request id, or a part of the path" />
      <SelectField name="method" label="Method" any="Any method" value={method} options={methods} />
      <SelectField name="status" label="Status" any="Any status" value={status} options={statuses} />
      <SelectField name="key" label="Key" any="Any key" value={key} options={keys} />
    </FilterBar>
  );
}
