import { z } from "zod";
import { holdsCardNumber } from "./holds-card-number";

/** Text that is looked for in the database: without what it cannot hold, so that a look-up never fails for it. */
export function filterText(maxLength: number) {
  return z.string().max(maxLength).refine(isStorable, "This holds a character that no value has.");
}

function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/**
 * Text that a merchant may fill as they like, up to so many characters, and that is stored in the open: so it must not hold
 * a card number (PCI DSS 3.5), nor what the database cannot keep to the character.
 */
export function freeText(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .superRefine((text, context) => {
      if (!isStorable(text)) {
        context.addIssue({ code: "custom", message: "This text holds a character that cannot be stored." });
      }
      if (holdsCardNumber(text)) {
        const message = "This text holds a card number. Card numbers go to POST /cards only.";
        context.addIssue({ code: "custom", message, params: { code: "card_number_in_text" } });
      }
    });
}
