import { FilterBar } from "@/components/data-table/filter-bar";
import { SearchField } from "@/components/data-table/search-field";

export type CardFilters = Readonly<{ q?: string | undefined; customer?: string | undefined }>;

const NAMES = { q: "Search", customer: "Customer" };

type Props = { filters: CardFilters /** The filter's words. */; customerName: string | null };

/** A plain GET form: the list is in the address, and it works before, and without, any script. */
export function CardsFilters({ filters, customerName }: Props) {
  const shown = { ...filters, ...(filters.customer && { customer: customerName ?? filters.customer }) };
  return (
    <FilterBar path="/cards" filters={filters} shown={shown} names={NAMES} label="Filter cards">
      {filters.customer && <input type="hidden" name="customer" value={filters.customer} />}
      <SearchField id="cards-search" value={filters.q} placeholder="Last 4 digits or card token" />
    </FilterBar>
  );
}
