import type { CardBrand } from "./card-brand";

declare const brand: unique symbol;

/** A card's security code. It goes to the acquirer once and is never stored, not for a moment (PCI DSS 3.3.1.2). */
export type CardCvc = string & { readonly [brand]: "CardCvc" };

export type ParsedCvc = Readonly<{ ok: true; cvc: CardCvc }> | Readonly<{ ok: false }>;

const THREE_DIGITS = /^[0-9]{3}$/;
const FOUR_DIGITS = /^[0-9]{4}$/;

/** Reads a security code by its shape alone: four ASCII digits for American Express, else three. */
export function parseCvc(text: unknown, cardBrand: CardBrand): ParsedCvc {
  const shape = cardBrand === "amex" ? FOUR_DIGITS : THREE_DIGITS;
  return typeof text === "string" && shape.test(text) ? { ok: true, cvc: text as CardCvc } : { ok: false };
}
