import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { insertEvent } from "@/lib/events/event-store";
import { deleteAnswersAbout } from "@/lib/idempotency/idempotency-store";
import type { CustomerId } from "@/lib/ids/id";
import { deleteCardRowsOf } from "@/lib/vault/card-store";
import { tellDeleted } from "@/lib/vault/delete-card";
import { noSuchCustomer } from "./change-customer";
import { type CustomerScope, eraseCustomerRow } from "./customer-store";

/**
 * Erases a customer for good: their key and everything it sealed, their cards, and the stored answers that told of them.
 * Payments keep their amounts and their id. `prove` runs first, in the same transaction. Throws 404.
 */
export async function eraseCustomer(
  client: DatabaseClient,
  context: AuditContext,
  scope: CustomerScope,
  id: CustomerId,
  prove: (tx: Transaction) => Promise<void> = async () => undefined,
): Promise<void> {
  await transact(client, context, async (tx) => {
    await prove(tx);
    // Waits for every transaction that adds something to this customer, and is waited for by the next.
    if (!(await eraseCustomerRow(tx, scope, id))) throw noSuchCustomer();
    await deleteAnswersAbout(tx, scope.merchantId, id);
    for (const card of await deleteCardRowsOf(tx, scope, id)) await tellDeleted(tx, scope, card);
    await insertEvent(tx, { scope, type: "customer.erased", resourceId: id, data: { id } });
  });
}
