import { type FieldLocation, open, seal } from "@/lib/crypto/aead";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { mac } from "@/lib/crypto/mac";
import type { SealedText } from "@/lib/crypto/sealed-text";
import type { CardId, MerchantId } from "@/lib/ids/id";
import type { CardNumber } from "./card-number";

const place = (merchantId: MerchantId, cardId: CardId): FieldLocation => ({
  merchantId,
  table: "cards",
  column: "number",
  rowId: cardId,
});

/** Seals a card number to its row: in another row, or at another merchant, it does not open (PCI DSS 3.5.1). */
export function sealCardNumber(ring: KeyRing, merchantId: MerchantId, cardId: CardId, number: CardNumber): SealedText {
  return seal(ring, "card-number", number, place(merchantId, cardId));
}

export function openCardNumber(ring: KeyRing, merchantId: MerchantId, cardId: CardId, sealed: string): CardNumber {
  return open(ring, "card-number", sealed, place(merchantId, cardId)) as CardNumber;
}

/** Equal for equal numbers of one merchant, and of no use at another (PCI DSS 3.5.1.1: a keyed hash). */
export function cardFingerprint(ring: KeyRing, merchantId: MerchantId, number: CardNumber): Buffer {
  return mac(ring, "card-fingerprint", [merchantId, number]).digest;
}
