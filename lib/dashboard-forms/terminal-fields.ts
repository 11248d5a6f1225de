import { cardBrand } from "@/lib/vault/card-brand";
import { parseCvc } from "@/lib/vault/card-cvc";
import { type CardExpiry, parseExpiry } from "@/lib/vault/card-expiry";
import { type CardNumber, parseCardNumber } from "@/lib/vault/card-number";
import { amountProblem } from "./amount-problem";

export const TERMINAL_FIELDS = ["amount", "currency", "number", "expiry", "cvc", "reference"] as const;

export type TerminalField = (typeof TERMINAL_FIELDS)[number];

/** The form of the virtual terminal as it was typed. */
export type TerminalText = Readonly<Record<TerminalField, string>>;

/** What is wrong, field by field, in words for whoever typed it. None of them repeats what was typed. */
export type TerminalErrors = Readonly<Partial<Record<TerminalField, string>>>;

export type TypedCard = Readonly<{ number: CardNumber; expiry: CardExpiry; cvc: string }>;

/**
 * Looks the fields over: in the browser before the form is sent, and on the server, where it counts. `decimalsOf` knows the
 * currencies; `now` is for the expiry alone, which has a day's grace. `card` is null when there are errors.
 */
export function checkTerminal(
  text: TerminalText,
  decimalsOf: (currency: string) => number | null,
  now: Date,
): Readonly<{ card: TypedCard; errors: null } | { card: null; errors: TerminalErrors }> {
  const decimals = decimalsOf(text.currency);
  const number = parseCardNumber(text.number);
  const expiry = readExpiry(text.expiry, now);
  const cvc = parseCvc(text.cvc, number.ok ? cardBrand(number.number) : "unknown");
  const found: Record<string, string | null> = {
    currency: decimals === null ? "Choose a currency." : null,
    amount: amountProblem(text.amount, text.currency, decimals ?? 2),
    number: number.ok ? null : numberProblem(text.number),
    expiry: typeof expiry === "string" ? expiry : null,
    // Four digits may be right for a number that could not be read.
    cvc: cvc.ok || (!number.ok && /^[0-9]{3,4}$/.test(text.cvc)) ? null : cvcProblem(text.cvc),
  };
  const errors = Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== null));
  if (Object.keys(errors).length > 0 || !number.ok || !cvc.ok || typeof expiry === "string") {
    return { card: null, errors };
  }
  return { card: { number: number.number, expiry, cvc: cvc.cvc }, errors: null };
}

/** Typed the way people do: white space around it, and more than one between the groups of a number, say nothing. */
export function tidyTerminal(text: TerminalText): TerminalText {
  const tidy = (typed: string) => typed.trim().replace(/\s+/g, " ");
  const { amount, currency, number, expiry, cvc, reference } = text;
  return {
    amount: amount.trim(),
    currency: currency.trim(),
    number: tidy(number),
    expiry: tidy(expiry),
    cvc: cvc.trim(),
    reference: reference.trim(),
  };
}

function numberProblem(typed: string): string {
  return typed === "" ? "Type the card's number." : "This is not a card number. Check its digits.";
}

function cvcProblem(typed: string): string {
  return typed === "" ? "Type the security code." : "It has 3 digits, or 4 for American Express.";
}

/** `MM/YY`, also with four digits for the year, and with a space, a dash or nothing between; or what is wrong with it. */
function readExpiry(typed: string, now: Date): CardExpiry | string {
  if (typed === "") return "Type the card's expiry.";
  const [, month = "", year = ""] = /^(0?[1-9]|1[0-2]) ?[/-]? ?([0-9]{2}|20[0-9]{2})$/.exec(typed) ?? [];
  if (month === "") return "Write month and year, such as 09/30.";
  const parsed = parseExpiry(Number(month), Number(year.padStart(4, "20")), now);
  return parsed.ok ? parsed.expiry : "This card has expired. Use another one.";
}
