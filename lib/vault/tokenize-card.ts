import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import type { Transaction } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { holdCustomer } from "@/lib/customers/customer-store";
import { fieldError } from "@/lib/errors/app-error";
import { insertEvent } from "@/lib/events/event-store";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import { oncePerKey } from "@/lib/idempotency/once-per-key";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import { type CardId, type CustomerId, newId } from "@/lib/ids/id";
import { withCurrentKeys } from "@/lib/keys/with-keys";
import { cardBrand } from "./card-brand";
import { type CardNumber, lastFour } from "./card-number";
import { cardFingerprint, sealCardNumber } from "./card-number-seal";
import { cardResource } from "./card-resource";
import { type CardScope, insertCard } from "./card-store";

/** A card whose number, expiry and security code have been checked; the code is not here: it is dropped at the edge. */
export type NewCard = Readonly<{
  scope: CardScope;
  number: CardNumber;
  expMonth: number;
  expYear: number;
  customerId: CustomerId | null;
}>;

type Services = Readonly<{ client: DatabaseClient; ring: KeyRing }>;

/** Puts a card into the vault and answers its token. Once per key, where one is sent. Throws 422 `customer_not_found`. */
export async function tokenizeCard(
  services: Services,
  context: AuditContext,
  request: IdempotentRequest | null,
  card: NewCard,
): Promise<IdempotentAnswer> {
  return withCurrentKeys(services.ring, () => tokenize(services, context, request, card));
}

function tokenize(
  { client, ring }: Services,
  context: AuditContext,
  request: IdempotentRequest | null,
  card: NewCard,
): Promise<IdempotentAnswer> {
  const id = newId("tok");
  return oncePerKey(client, context, request, async (tx) => {
    const resource = await addCard(tx, ring, id, card);
    return { status: 201, body: JSON.stringify(resource), customerId: card.customerId };
  });
}

/**
 * Writes a card and tells of it, in a transaction that `withCurrentKeys` runs. A one-off is typed in for the payment that the
 * same transaction begins: if that is declined, whenever that is learnt, the number goes. Throws 422 `customer_not_found`.
 */
export async function addCard(
  tx: Transaction,
  ring: KeyRing,
  id: CardId,
  { scope, number, expMonth, expYear, customerId }: NewCard,
  { oneOff = false } = {},
) {
  if (customerId !== null && !(await holdCustomer(tx, scope, customerId))) {
    throw fieldError("/customer", "customer_not_found", "There is no such customer.");
  }
  const record = await insertCard(tx, {
    id,
    ...scope,
    customerId,
    number: sealCardNumber(ring, scope.merchantId, id, number),
    fingerprint: cardFingerprint(ring, scope.merchantId, number),
    brand: cardBrand(number),
    lastFour: lastFour(number),
    expMonth,
    expYear,
    oneOff,
  });
  const resource = cardResource(record);
  await insertEvent(tx, { scope, type: "card.created", resourceId: id, data: resource });
  return resource;
}
