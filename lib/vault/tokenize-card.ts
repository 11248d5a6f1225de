import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import { oncePerKey } from "@/lib/idempotency/once-per-key";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import { type MerchantId, newId } from "@/lib/ids/id";
import { cardBrand } from "./card-brand";
import { type CardNumber, lastFour } from "./card-number";
import { cardFingerprint, sealCardNumber } from "./card-number-seal";
import { type CardRecord, findFirstByFingerprint, insertCard } from "./card-store";

/** A card whose number, expiry and security code have been checked; the code is not here: it is dropped at the edge. */
export type NewCard = Readonly<{
  scope: Readonly<{ merchantId: MerchantId; mode: "test" | "live" }>;
  number: CardNumber;
  expMonth: number;
  expYear: number;
}>;

/** Puts a card into the vault and answers its token. Once per key, where one is sent. */
export async function tokenizeCard(
  services: Readonly<{ client: DatabaseClient; ring: KeyRing }>,
  context: AuditContext,
  request: IdempotentRequest | null,
  card: NewCard,
): Promise<IdempotentAnswer> {
  const { scope, number, expMonth, expYear } = card;
  const id = newId("tok");
  const fingerprint = cardFingerprint(services.ring, scope.merchantId, number);
  return oncePerKey(services.client, context, request, async (tx) => {
    const record = await insertCard(tx, {
      id,
      ...scope,
      number: sealCardNumber(services.ring, scope.merchantId, id, number),
      fingerprint,
      duplicateOf: await findFirstByFingerprint(tx, scope, fingerprint),
      brand: cardBrand(number),
      lastFour: lastFour(number),
      expMonth,
      expYear,
    });
    return { status: 201, body: JSON.stringify(cardResource(record)) };
  });
}

/** A card as the integration API shows it; the members stand in the contract's order. */
export function cardResource(card: CardRecord) {
  return {
    id: card.id,
    object: "card",
    brand: card.brand,
    last4: card.lastFour,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: card.fingerprint.toString("hex"),
    customer: null,
    duplicate_of: card.duplicateOf,
    mode: card.mode,
    created_at: card.createdAt.toISOString(),
  } as const;
}
