import { FilterBar } from "@/components/data-table/filter-bar";
import { DateRangeFields, SelectField } from "@/components/data-table/filter-fields";
import { SearchField } from "@/components/data-table/search-field";
import { PAYMENT_STATUSES, type PaymentStatus } from "@/lib/payments/payment-status";
import { paymentStatusLabel } from "./status-badge";

export type TransactionFilters = Readonly<{
  q?: string | undefined;
  status?: PaymentStatus | undefined;
  /** ISO 4217. */
  currency?: string | undefined;
  /** `YYYY-MM-DD` in the merchant's time zone, both days included. */
  from?: string | undefined;
  to?: string | undefined;
}>;

const PATH = "/transactions";
const SEARCH_ID = "transactions-search";

const NAMES: Record<keyof TransactionFilters, string> = {
  q: "Search",
  status: "Status",
  currency: "Currency",
  from: "From",
  to: "To",
};

type Props = { filters: TransactionFilters; currencies: readonly string[] };

/** A plain GET form: the list is in the address, and it works before, and without, any script. */
export function TransactionsFilters({ filters, currencies }: Props) {
  const shown = { ...filters, ...(filters.status && { status: paymentStatusLabel(filters.status) }) };
  return (
    <FilterBar path={PATH} filters={filters} shown={shown} names={NAMES} label="Filter transactions">
      <SearchField id={SEARCH_ID} value={filters.q} placeholder="Id, reference, last 4 or customer" />
      <SelectField
        name="status"
        label="Status"
        any="Any status"
        value={filters.status}
        options={PAYMENT_STATUSES.map((status) => ({ value: status, label: paymentStatusLabel(status) }))}
      />
      <SelectField
        name="currency"
        label="Currency"
        any="Any currency"
        value={filters.currency}
        options={currencies.map((currency) => ({ value: currency, label: currency }))}
      />
      <DateRangeFields from={filters.from} to={filters.to} />
    </FilterBar>
  );
}
