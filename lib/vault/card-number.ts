import { brandOfDigits } from "@/lib/sensitive/card-issuers";
import { findCardNumbers } from "@/lib/sensitive/find-card-numbers";
import { isLuhnValid } from "@/lib/sensitive/luhn";

declare const brand: unique symbol;

/** A card number as 12 to 19 ASCII digits. Secret: it lives in memory only, and never in a log, an error or an answer. */
export type CardNumber = string & { readonly [brand]: "CardNumber" };

export type ParsedCardNumber = Readonly<{ ok: true; number: CardNumber }> | Readonly<{ ok: false }>;

const TWELVE_TO_NINETEEN_DIGITS = /^[0-9](?:[ -]?[0-9]){11,18}$/;

/**
 * Reads a card number: 12 to 19 ASCII digits with at most one space or dash between two of them, and a Luhn check
 * digit (ISO/IEC 7812-1), which only UnionPay's numbers may lack. The refusal holds nothing of what was sent.
 */
export function parseCardNumber(text: unknown): ParsedCardNumber {
  if (typeof text !== "string" || !TWELVE_TO_NINETEEN_DIGITS.test(text)) return { ok: false };
  const digits = text.replace(/[ -]/g, "");
  if (!isLuhnValid(digits) && brandOfDigits(digits) !== "unionpay") return { ok: false };
  return { ok: true, number: digits as CardNumber };
}

/** The last four digits: with the brand, all that may be shown (PCI DSS 3.4.1). */
export function lastFour(number: CardNumber): string {
  return number.slice(-4);
}

/**
 * Whether a free text (name, description, reference, reason, metadata) holds a card number, however it is spelled.
 * Such a text is refused with `card_number_in_text`, so that no card number enters through a field that is stored in
 * the clear (PCI DSS 3.5.1). What counts as one: see `findCardNumbers`.
 */
export function containsCardNumber(text: string): boolean {
  return findCardNumbers(text).length > 0;
}
