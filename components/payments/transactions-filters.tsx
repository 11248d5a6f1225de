import { Search } from "lucide-react";
import { FilterBar } from "@/components/data-table/filter-bar";
import { DateRangeFields, SelectField } from "@/components/data-table/filter-fields";
import { SearchShortcut } from "@/components/data-table/search-shortcut";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
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
      <div className="relative min-w-0 basis-full grid gap-1.5 sm:basis-64 sm:grow">
        <Label htmlFor={SEARCH_ID} className="text-xs text-muted-foreground">
          Search
        </Label>
        <Search
          aria-hidden="true"
          className="pointer-events-none absolute bottom-2.5 left-3 size-4 text-muted-foreground"
        />
        <Input
          id={SEARCH_ID}
          type="search"
          name="q"
          defaultValue={filters.q}
          maxLength={200}
          placeholder="Id, reference, last 4 or customer"
          aria-keyshortcuts="/"
          className="bg-card pl-9"
        />
        <SearchShortcut targetId={SEARCH_ID} />
      </div>
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
