import { randomBytes } from "node:crypto";
import { encodeBase32 } from "./base32";

declare const brand: unique symbol;

const ID_PREFIXES = [
  "pay",
  "ref",
  "op",
  "tok",
  "cus",
  "evt",
  "whk",
  "whd",
  "key_test",
  "key_live",
  "mer",
  "usr",
  "ses",
  "req",
  "chl",
  "psk",
  "enr",
  "otc",
  "stp",
  "msg",
  "lnk",
  "stu",
  "dev",
] as const;

export type IdPrefix = (typeof ID_PREFIXES)[number];

/** The id of one kind of thing; ids of different kinds do not mix. Only `newId` and `parseId` make one. */
export type Id<Prefix extends IdPrefix> = `${Prefix}_${string}` & { readonly [brand]: Prefix };

export type PaymentId = Id<"pay">;
export type RefundId = Id<"ref">;
export type OperationId = Id<"op">;
export type CardId = Id<"tok">;
export type CustomerId = Id<"cus">;
export type EventId = Id<"evt">;
export type WebhookEndpointId = Id<"whk">;
export type WebhookDeliveryId = Id<"whd">;
export type ApiKeyId = Id<"key_test"> | Id<"key_live">;
export type MerchantId = Id<"mer">;
export type UserId = Id<"usr">;
export type SessionId = Id<"ses">;
export type RequestId = Id<"req">;
export type ChallengeId = Id<"chl">;
export type PasskeyId = Id<"psk">;
export type EnrolmentId = Id<"enr">;
export type StepUpId = Id<"stp">;
export type LinkId = Id<"lnk">;
export type DeviceId = Id<"dev">;
/** A capture or void of a payment; never shown. */

/** 128 bits: the contract asks for 120, and ASVS 5.0 (11.5.1) for 128 where an id must not be guessed. */
const RANDOM_BYTES = 16;
/** 26 places hold 130 bits, so the first never passes 7. */
const RANDOM_PART = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** A fresh random id such as `pay_3q…`, from the operating system's generator. */
export function newId<Prefix extends IdPrefix>(prefix: Prefix): Id<Prefix> {
  return `${prefix}_${encodeBase32(randomBytes(RANDOM_BYTES))}` as Id<Prefix>;
}

/** The id if the text is one of that kind to the byte, else null: no trimming, no other case, no look-alikes. */
export function parseId<Prefix extends IdPrefix>(prefix: Prefix, text: unknown): Id<Prefix> | null {
  if (typeof text !== "string" || !text.startsWith(`${prefix}_`)) return null;
  return RANDOM_PART.test(text.slice(prefix.length + 1)) ? (text as Id<Prefix>) : null;
}
