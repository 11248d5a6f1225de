import type { Queryable } from "@/db/client";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { readCustomerSearch } from "@/lib/customers/customer-search";
import { findCustomerIds } from "@/lib/customers/customer-store";
import { type ShownFilters, toPaymentFilter } from "./dashboard-filter";
import type { PaymentFilter } from "./payment-list-store";
import type { Scope } from "./payment-store";

/**
 * The filters of an address as the store takes them. A whole email address, phone number or id in the search stands for the
 * customers who have it: what was typed of a person goes no further, so that no export's entry in the trail holds it.
 */
export async function findFilter(
  db: Queryable,
  ring: KeyRing,
  scope: Scope,
  filters: ShownFilters,
  timeZone: string,
): Promise<PaymentFilter> {
  const filter = toPaymentFilter(filters, timeZone);
  const asked = readCustomerSearch(filters.q);
  if (asked.kind === "all" || asked.kind === "unreadable") return filter;
  const customers = asked.kind === "id" ? [asked.id] : await findCustomerIds(db, ring, scope, asked);
  return { ...filter, search: undefined, customers };
}
