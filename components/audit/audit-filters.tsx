import { FilterBar } from "@/components/data-table/filter-bar";
import { DateRangeFields, SelectField, TextField } from "@/components/data-table/filter-fields";
import type { AuditEntryView } from "@/lib/audit/audit-view";

export type AuditFilterValues = Readonly<{
  actor?: string | undefined;
  action?: string | undefined;
  resource?: string | undefined;
  outcome?: AuditEntryView["outcome"] | undefined;
  /** `YYYY-MM-DD` in the merchant's time zone, both days included. */
  from?: string | undefined;
  to?: string | undefined;
}>;

const PATH = "/audit";

const NAMES: Record<keyof AuditFilterValues, string> = {
  actor: "Actor",
  action: "Action",
  resource: "Resource",
  outcome: "Outcome",
  from: "From",
  to: "To",
};

const OUTCOMES = [
  { value: "success", label: "Success" },
  { value: "denied", label: "Denied" },
] as const;

export function AuditFilters({ filters }: { filters: AuditFilterValues }) {
  const outcome = OUTCOMES.find(({ value }) => value === filters.outcome)?.label;
  return (
    <FilterBar path={PATH} filters={filters} shown={{ ...filters, outcome }} names={NAMES} label="Filter audit entries">
      <TextField name="actor" label="Actor" value={filters.actor} placeholder="Email or key id" />
      <TextField name="action" label="Action" value={filters.action} placeholder="payment.captured" />
      <TextField name="resource" label="Resource" value={filters.resource} placeholder="Type or id" />
      <SelectField name="outcome" label="Outcome" any="Any outcome" value={filters.outcome} options={OUTCOMES} />
      <DateRangeFields from={filters.from} to={filters.to} />
    </FilterBar>
  );
}
