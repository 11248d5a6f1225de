import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import type { Transaction } from "@/db/transact";
import type { FieldLocation } from "@/lib/crypto/aead";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import { type OpenStored, oncePerKey } from "@/lib/idempotency/once-per-key";
import { type IdempotentAnswer, keyInUse } from "@/lib/idempotency/stored-answer";
import { newId } from "@/lib/ids/id";
import { withCurrentKeys } from "@/lib/keys/with-keys";
import { customerResource } from "./customer-resource";
import { type CustomerDetails, type CustomerScope, findCustomer, insertCustomer } from "./customer-store";

export type VaultServices = Readonly<{ client: DatabaseClient; ring: KeyRing }>;

/**
 * Adds a customer. Once per key, where one is sent: the answer that is kept for replays is sealed under the customer's own
 * key, and goes with it.
 */
export async function createCustomer(
  { client, ring }: VaultServices,
  context: AuditContext,
  request: IdempotentRequest | null,
  scope: CustomerScope,
  details: CustomerDetails,
): Promise<IdempotentAnswer> {
  const id = newId("cus");
  const work = async (tx: Transaction) => {
    const { customer, recordKey } = await insertCustomer(tx, ring, id, scope, details);
    const body = JSON.stringify(customerResource(customer));
    const stored = request === null ? undefined : recordKey.seal(body, placeOf(request));
    return { status: 201, body, stored, customerId: id };
  };
  const openStored = request === null ? undefined : openCustomerAnswer(ring, request);
  return withCurrentKeys(ring, () => oncePerKey(client, context, request, work, openStored));
}

/**
 * Opens the stored answer of `POST /customers`. A customer who is erased just now has taken it along, and the key is free as
 * soon as that is done: 409 `idempotency_key_in_use` until then.
 */
export function openCustomerAnswer(ring: KeyRing, request: IdempotentRequest): OpenStored {
  return async (db, customerId, stored) => {
    const opened = customerId && (await findCustomer(db, ring, request, customerId));
    if (!opened) throw keyInUse();
    return opened.recordKey.open(stored, placeOf(request));
  };
}

function placeOf({ merchantId, mode, key }: IdempotentRequest): FieldLocation {
  return { merchantId, table: "idempotency_keys", column: "response_body", rowId: `${mode} ${key}` };
}
