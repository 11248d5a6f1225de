import type { CardRowView } from "@/components/cards/cards-table";
import { parseExpiry } from "@/lib/vault/card-expiry";
import type { CardRecord } from "@/lib/vault/card-store";

/** A card as a row of a list. */
export function cardRow(card: CardRecord, customer: CardRowView["customer"]): CardRowView {
  const { id, brand, lastFour, expMonth, expYear, spentAt, duplicateOf, createdAt } = card;
  return {
    ...{ id, brand, lastFour, customer, createdAt },
    expires: `${String(expMonth).padStart(2, "0")}/${expYear}`,
    hasExpired: !parseExpiry(expMonth, expYear, new Date()).ok,
    chargeable: spentAt === null,
    duplicate: duplicateOf !== null,
  };
}
