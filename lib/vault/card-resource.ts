import type { CardRecord } from "./card-store";

/** A card as the integration API shows it; the members stand in the contract's order. */
export function cardResource(card: CardRecord) {
  return {
    id: card.id,
    object: "card",
    brand: card.brand,
    last4: card.lastFour,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: card.fingerprint?.toString("hex") ?? null,
    customer: card.customerId,
    duplicate_of: card.duplicateOf,
    mode: card.mode,
    created_at: card.createdAt.toISOString(),
  } as const;
}
