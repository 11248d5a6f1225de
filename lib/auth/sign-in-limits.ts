import type { DatabaseClient } from "@/db/client";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { mac } from "@/lib/crypto/mac";
import type { DeviceId, SessionId, UserId } from "@/lib/ids/id";
import { addressBlock } from "@/lib/rate-limit/address-block";
import type { LimitDecision } from "@/lib/rate-limit/limit-store";
import type { Limits } from "@/lib/rate-limit/limits";
import { isKnownDevice } from "./device-store";
import { tooManyTriesError } from "./note-limited";
import type { RequestOrigin } from "./request-origin";

/** What the limits need. */
export type SignInLimits = Readonly<{ client: DatabaseClient; ring: KeyRing; limits: Limits }>;

/** Takes one try of whatever leads in from an address: signing in, the first run, recovery. They share one quota. */
export function takeAddressLimit(limits: Limits, { ip }: Pick<RequestOrigin, "ip">): Promise<LimitDecision> {
  return limits.takeFrom("sign_in_address", ip);
}

/**
 * Takes one passkey that an address asks for, or one answer that it tries; throws 429 beyond its quota. Not from the
 * quota of passwords: asking comes before every answer, and costs no guess.
 */
export async function takePasskeyLimit(
  limits: Limits,
  what: "ask" | "try",
  { ip }: Pick<RequestOrigin, "ip">,
): Promise<void> {
  const { allowed, retryAfterSeconds } = await limits.takeFrom(`passkey_${what}`, ip);
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
  { client: { db }, ring, limits }: SignInLimits,
  { typed, origin, deviceId }: PasswordTry,
): Promise<LimitDecision> {
  const byAddress = await takeAddressLimit(limits, origin);
  if (!byAddress.allowed) return byAddress;
  const { digest } = mac(ring, "blind-index", ["sign-in", typed.toWellFormed()]);
  const account = digest.toString("base64url");
  if (deviceId !== null && (await isKnownDevice(db, typed, deviceId))) {
    return limits.take("sign_in_device", `${account}:${deviceId}`);
  }
  const fromThere = await limits.take("sign_in_account", `${account}:${addressBlock(origin.ip)}`);
  return fromThere.allowed ? limits.take("sign_in_account_in_all", account) : fromThere;
}

/**
 * Takes one try of the password of somebody who has shown more than an e-mail: a session, whose tries are its own, or a
 * link that was sent to them. Nobody else can use these up, nor the thief of one session those of another.
 */
export function takeOwnPasswordLimit(limits: Limits, whose: SessionId | UserId): Promise<LimitDecision> {
  return limits.take("own_password", whose);
}
