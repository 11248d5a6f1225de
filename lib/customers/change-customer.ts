import type { AuditContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { AppError } from "@/lib/errors/app-error";
import type { CustomerId } from "@/lib/ids/id";
import type { VaultServices } from "./create-customer";
import { type Customer, type CustomerDetails, type CustomerScope, updateCustomer } from "./customer-store";

/** What is undefined stays as it is. */
export type CustomerChanges = { readonly [Name in keyof CustomerDetails]?: CustomerDetails[Name] | undefined };

/** Throws 404 when there is no such customer. */
export async function changeCustomer(
  { client, ring }: VaultServices,
  context: AuditContext,
  scope: CustomerScope,
  id: CustomerId,
  changes: CustomerChanges,
): Promise<Customer> {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const customer = await transact(client, context, (tx) =>
    updateCustomer(tx, ring, scope, id, (before) => ({ ...before, ...given })),
  );
  if (!customer) throw noSuchCustomer();
  return customer;
}

export function noSuchCustomer(): AppError {
  return new AppError("not_found", "There is no such customer.");
}
