import type { AuditContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { CustomerId } from "@/lib/ids/id";
import { noSuchCustomer } from "./change-customer";
import type { VaultServices } from "./create-customer";
import { type Customer, type CustomerScope, findCustomer } from "./customer-store";

/** A customer's data unmasked. That somebody looked is in the trail before they see it (PCI DSS 10.2.1.1). Throws 404. */
export async function revealCustomer(
  { client, ring }: VaultServices,
  context: AuditContext,
  scope: CustomerScope,
  id: CustomerId,
): Promise<Customer> {
  return transact(client, context, async (tx) => {
    const found = await findCustomer(tx, ring, scope, id);
    if (!found) throw noSuchCustomer();
    const event = {
      action: "customer.revealed",
      outcome: "success",
      resourceType: "customer",
      resourceId: id,
    } as const;
    await recordAudit(tx, context, event);
    return found.customer;
  });
}
