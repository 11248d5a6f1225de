import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { TransactionFilters } from "./transactions-filters";

/** Downloads exactly this list: the form carries the filters of the page it stands on. */
export function ExportButton({ filters }: { filters: TransactionFilters }) {
  return (
    <form action="/transactions/export" method="get">
      {Object.entries(filters).map(([name, value]) =>
        value ? <input key={name} type="hidden" name={name} value={value} /> : null,
      )}
      <Button type="submit" variant="outline" className="bg-card">
        <Download aria-hidden="true" />
        Export CSV
      </Button>
    </form>
  );
}
