import parsePhoneNumber from "libphonenumber-js/min";
import { type FieldLocation, open, seal } from "@/lib/crypto/aead";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { MerchantId, UserId } from "@/lib/ids/id";

type Owner = Readonly<{ merchantId: MerchantId; userId: UserId }>;

declare const brand: unique symbol;

/** E.164: a plus and up to fifteen digits. Only `readPhoneNumber` makes one from what people type. */
export type PhoneNumber = string & { readonly [brand]: "phone" };

export type ReadPhoneNumber = { ok: true; phone: PhoneNumber } | { ok: false; message: string };

const LONGEST = 64;
const BEGIN = "Type the whole number, with its plus and country code, such as +91 98765 43210.";

/**
 * The number in what a person typed, in any country's usual form: "+91 98765 43210", "+44 (0)20 7946 0958", full-width
 * digits. It begins with its country code, because a guess would send codes to a stranger.
 */
export function readPhoneNumber(typed: string): ReadPhoneNumber {
  const text = typed.normalize("NFKC").trim();
  if (text === "") return refuse("Type the phone number that gets the codes.");
  if (!/\d/u.test(text)) return refuse(BEGIN);
  if (text.length > LONGEST || /[^\d\s()+./-]/u.test(text)) {
    return refuse("A phone number has only digits after its plus. Leave out anything else.");
  }
  // "00" is how many people dial the plus.
  const international = text.replace(/^00/, "+");
  if (!international.startsWith("+")) {
    return refuse(BEGIN);
  }
  const parsed = parsePhoneNumber(international, { extract: false });
  if (!parsed?.isValid()) return refuse("There is no such phone number. Check the country code and the digits.");
  return { ok: true, phone: parsed.number as string as PhoneNumber };
}

function refuse(message: string): ReadPhoneNumber {
  return { ok: false, message };
}

/** What its owner recognises it by, and nobody else reaches it by: "+91 •••• 3210". */
export function phoneHint(phone: string): string {
  const code = parsePhoneNumber(phone)?.countryCallingCode;
  return `${code === undefined ? "" : `+${code} `}•••• ${phone.slice(-4)}`;
}

/** The number as `phone_factors.phone` holds it: bound to its user, it opens in no other row. */
export function sealPhone(ring: KeyRing, owner: Owner, phone: PhoneNumber): string {
  return seal(ring, "personal-data", phone, locationOf(owner));
}

/** Throws DecryptionError for a number of another user or an altered one, KeyMissingError without its key. */
export function openPhone(ring: KeyRing, owner: Owner, sealed: string): PhoneNumber {
  return open(ring, "personal-data", sealed, locationOf(owner)) as PhoneNumber;
}

function locationOf({ merchantId, userId }: Owner): FieldLocation {
  return { merchantId, table: "phone_factors", column: "phone", rowId: userId };
}
