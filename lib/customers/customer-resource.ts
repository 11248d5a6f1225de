import type { Customer } from "./customer-store";
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
