import { FilterBar } from "@/components/data-table/filter-bar";
import { SearchField } from "@/components/data-table/search-field";

type Props = { filters: Readonly<{ q?: string | undefined }> };

const NAMES = { q: "Search" };

/** A plain GET form. What is typed is looked up by its blind index: whole, or not at all. */
export function CustomersFilters({ filters }: Props) {
  return (
    <FilterBar path="/customers" filters={filters} shown={filters} names={NAMES} label="Filter customers">
      <SearchField id="customers-search" value={filters.q} placeholder="Whole email, whole phone number or id" />
    </FilterBar>
  );
}
