import type { KeyRing } from "@/lib/crypto/key-ring";
import { emailIndex, phoneIndex } from "@/lib/customers/customer-index";
import { type CustomerSearch, readCustomerSearch } from "@/lib/customers/customer-search";
import { type ShownFilters, toPaymentFilter } from "./dashboard-filter";
import type { PaymentFilter, PersonIndex } from "./payment-list-store";
import type { Scope } from "./payment-store";

/**
 * The filters of an address as the store takes them. A whole email address, phone number or id in the search stands for the
 * customers who have it: what was typed of a person goes no further, so that no export's entry in the trail holds it.
 */
export function findFilter(ring: KeyRing, scope: Scope, filters: ShownFilters, timeZone: string): PaymentFilter {
  const filter = toPaymentFilter(filters, timeZone);
  const asked = readCustomerSearch(filters.q);
  if (asked.kind === "all" || asked.kind === "unreadable") return filter;
  if (asked.kind === "id") return { ...filter, search: undefined, customer: asked.id };
  return { ...filter, search: undefined, person: personOf(ring, scope, asked) };
}

function personOf(
  ring: KeyRing,
  { merchantId }: Scope,
  asked: Extract<CustomerSearch, { kind: "email" | "phone" }>,
): PersonIndex {
  return asked.kind === "email"
    ? { by: "email", index: emailIndex(ring, merchantId, asked.email) }
    : { by: "phone", index: phoneIndex(ring, merchantId, asked.phone) };
}
