import type { Customer, UnreadableCustomer } from "./customer-store";
import { maskPhone, maskTaxId } from "./personal-mask";

/** A customer as the integration API shows one; the members stand in the contract's order. */
export function customerResource(customer: Customer) {
  return {
    id: customer.id,
    object: "customer",
    name: customer.name,
    email: customer.email,
    phone: customer.phone && maskPhone(customer.phone),
    tax_id: customer.taxId && maskTaxId(customer.taxId),
    metadata: customer.metadata,
    mode: customer.mode,
    created_at: customer.createdAt.toISOString(),
    updated_at: customer.updatedAt.toISOString(),
  } as const;
}

/** The same members in a list, where a row may not open: then nothing of the person is there. */
export function listedCustomerResource(listed: Customer | UnreadableCustomer) {
  if (!("unreadable" in listed)) return customerResource(listed);
  return {
    ...{ id: listed.id, object: "customer", name: null, email: null, phone: null, tax_id: null, metadata: {} },
    ...{ mode: listed.mode, created_at: listed.createdAt.toISOString(), updated_at: listed.updatedAt.toISOString() },
  } as const;
}
