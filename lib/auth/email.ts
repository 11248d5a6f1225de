import { holdsCardNumber } from "@/lib/sensitive/holds-card-number";

/** RFC 5321, 4.5.3.1.3: a path holds 256 octets, two of them the angle brackets. */
const LENGTH_MAX = 254;
/** Dot-atoms of RFC 5322 before the @, a host name of two labels or more after it. Quoted local parts are not taken. */
const ADDRESS =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The address as accounts are looked up by it: trimmed, ASCII, lower case. Null when it cannot be one. Only ASCII is
 * folded: "K" (the Kelvin sign) lower-cases to "k", and would make one person's address another's.
 */
export function normalizeEmail(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > LENGTH_MAX || !/^[\x21-\x7e]+$/.test(trimmed)) return null;
  const address = trimmed.toLowerCase();
  return ADDRESS.test(address) && address.indexOf("@") <= 64 ? address : null;
}

/**
 * What a form shows again of what was typed for an address: nothing where it looks like none, for people type passwords and
 * card numbers there.
 */
export function keptEmail(typed: unknown): string {
  return typeof typed === "string" && /^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/.test(typed.trim()) && !holdsCardNumber(typed)
    ? typed
    : "";
}

/** What its owner recognises an address by: "a•••@example.com". */
export function maskEmail(address: string): string {
  return `${address.slice(0, 1)}•••${address.slice(address.lastIndexOf("@"))}`;
}
