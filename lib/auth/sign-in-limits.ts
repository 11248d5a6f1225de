import type { DatabaseClient, Queryable } from "@/db/client";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { mac } from "@/lib/crypto/mac";
import type { Quota } from "@/lib/env";
import type { DeviceId, SessionId, UserId } from "@/lib/ids/id";
import { addressBlock } from "@/lib/rate-limit/address-block";
import { takeAddressQuota } from "@/lib/rate-limit/take-address-limit";
import { type LimitDecision, takeRateLimit } from "@/lib/rate-limit/take-rate-limit";
import { isKnownDevice } from "./device-store";
import { tooManyTriesError } from "./note-limited";
import type { RequestOrigin } from "./request-origin";

/** Passwords tried on one account, known or not, from one address; by a device that its user has signed in from; and by themselves. */
export const ACCOUNT_QUOTA: Quota = { limit: 10, windowSeconds: 600 };

/** And from all addresses together: high, so that nobody keeps another out with a few wrong passwords a minute. */
export const ACCOUNT_QUOTA_IN_ALL: Quota = { limit: 100, windowSeconds: 600 };

/** What the limits need. `addressQuota` is RATE_LIMIT_SIGN_IN. */
export type SignInLimits = Readonly<{ client: DatabaseClient; ring: KeyRing; addressQuota: Quota }>;

/** Takes one try of whatever leads in from an address: signing in, the first run, recovery. They share one quota. */
export function takeAddressLimit(
  db: Queryable,
  { ip }: Pick<RequestOrigin, "ip">,
  addressQuota: Quota,
): Promise<LimitDecision> {
  return takeAddressQuota(db, "sign_in_address", ip, addressQuota);
}

/**
 * Takes one passkey that an address asks for, or one answer that it tries; throws 429 beyond its quota. Not from the
 * quota of passwords: asking comes before every answer, and costs no guess.
 */
export async function takePasskeyLimit(
  db: Queryable,
  what: "ask" | "try",
  { ip }: Pick<RequestOrigin, "ip">,
  addressQuota: Quota,
): Promise<void> {
  const { allowed, retryAfterSeconds } = await takeAddressQuota(db, `passkey_${what}`, ip, addressQuota);
  if (!allowed) throw tooManyTriesError(retryAfterSeconds);
}

export type PasswordTry = Readonly<{
  /** The normalised e-mail, or what was typed where that is none. */
  typed: string;
  origin: RequestOrigin;
  /** By a cookie that we have signed; null where `typed` is no e-mail. */
  deviceId: DeviceId | null;
}>;

/**
 * Takes one try of a password from its address and its account. The address first: what it refuses takes nothing from
 * the account. A device that the account's user has signed in from has tries of its own instead of the account's: others
 * can use those up from many addresses, and must not keep the user out with it. Nor does a stolen device guess for free.
 *
 * The account's subject is a keyed hash, because people type passwords into the e-mail field, and then the table must not
 * show them.
 */
export async function takeSignInLimits(
  { client: { db }, ring, addressQuota }: SignInLimits,
  { typed, origin, deviceId }: PasswordTry,
): Promise<LimitDecision> {
  const byAddress = await takeAddressLimit(db, origin, addressQuota);
  if (!byAddress.allowed) return byAddress;
  const { digest } = mac(ring, "blind-index", ["sign-in", typed.toWellFormed()]);
  const account = digest.toString("base64url");
  if (deviceId !== null && (await isKnownDevice(db, typed, deviceId))) {
    return takeRateLimit(db, `sign_in_device:${account}:${deviceId}`, ACCOUNT_QUOTA);
  }
  const fromThere = await takeRateLimit(db, `sign_in_account:${account}:${addressBlock(origin.ip)}`, ACCOUNT_QUOTA);
  return fromThere.allowed ? takeRateLimit(db, `sign_in_account:${account}`, ACCOUNT_QUOTA_IN_ALL) : fromThere;
}

/**
 * Takes one try of the password of somebody who has shown more than an e-mail: a session, whose tries are its own, or a
 * link that was sent to them. Nobody else can use these up, nor the thief of one session those of another.
 */
export function takeOwnPasswordLimit(db: Queryable, whose: SessionId | UserId): Promise<LimitDecision> {
  return takeRateLimit(db, `own_password:${whose}`, ACCOUNT_QUOTA);
}
