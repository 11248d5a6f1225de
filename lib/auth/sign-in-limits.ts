import type { DatabaseClient, Queryable } from "@/db/client";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { mac } from "@/lib/crypto/mac";
import type { Quota } from "@/lib/env";
import { AppError } from "@/lib/errors/app-error";
import { addressBlock } from "@/lib/rate-limit/address-block";
import { type LimitDecision, takeRateLimit } from "@/lib/rate-limit/take-rate-limit";
import type { RequestOrigin } from "./request-origin";
import { tooManyTries } from "./sign-in-messages";

/** Passwords tried on one account, known or not, from one address. */
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
  return takeRateLimit(db, `sign_in_address:${addressBlock(ip)}`, addressQuota);
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
  const { allowed, retryAfterSeconds } = await takeRateLimit(db, `passkey_${what}:${addressBlock(ip)}`, addressQuota);
  if (!allowed) throw new AppError("rate_limited", tooManyTries(retryAfterSeconds), { retryAfterSeconds });
}

/**
 * Takes one try of a password from its address and its account. The address first: what it refuses takes nothing from
 * the account. The account's subject is a keyed hash, because people type passwords into the e-mail field, and then the
 * table must not show them.
 */
export async function takeSignInLimits(
  { client, ring, addressQuota }: SignInLimits,
  typed: string,
  { ip }: RequestOrigin,
): Promise<LimitDecision> {
  const address = addressBlock(ip);
  const byAddress = await takeAddressLimit(client.db, { ip }, addressQuota);
  if (!byAddress.allowed) return byAddress;
  const { digest } = mac(ring, "blind-index", ["sign-in", typed.toWellFormed()]);
  const account = digest.toString("base64url");
  const fromThere = await takeRateLimit(client.db, `sign_in_account:${account}:${address}`, ACCOUNT_QUOTA);
  return fromThere.allowed ? takeRateLimit(client.db, `sign_in_account:${account}`, ACCOUNT_QUOTA_IN_ALL) : fromThere;
}
