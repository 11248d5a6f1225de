import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { mac } from "@/lib/crypto/mac";
import type { Quota } from "@/lib/env";
import { addressBlock } from "@/lib/rate-limit/address-block";
import { type LimitDecision, takeRateLimit } from "@/lib/rate-limit/take-rate-limit";
import { normalizeEmail } from "./email";
import { verifyPassword } from "./password";
import type { RequestOrigin } from "./request-origin";
import { openChallenge } from "./sign-in-challenge";
import { type Account, findAccount } from "./user-store";

/** Passwords tried on one account, known or not, from one address. */
export const ACCOUNT_QUOTA: Quota = { limit: 10, windowSeconds: 600 };

/** And from all addresses together: high, so that nobody keeps another out with a few wrong passwords a minute. */
export const ACCOUNT_QUOTA_IN_ALL: Quota = { limit: 100, windowSeconds: 600 };

export type StartOutcome =
  | { kind: "challenged"; token: string }
  /** Unknown e-mail, wrong password or disabled user: one answer for all (ASVS 6.3.8). */
  | { kind: "refused" }
  | { kind: "limited"; retryAfterSeconds: number };

type Dependencies = Readonly<{ client: DatabaseClient; ring: KeyRing; addressQuota: Quota }>;

export type StartInput = Readonly<{ email: string; password: string; origin: RequestOrigin }>;

/**
 * The first step of sign-in: a right password opens a challenge for the second factor, and nothing more.
 * Whether the account exists shows neither in the answer nor in the work: each try that is looked at costs one argon2
 * run. Both limits deny when the database is away, since that rejects.
 */
export async function startSignIn(deps: Dependencies, input: StartInput): Promise<StartOutcome> {
  const { client } = deps;
  const email = normalizeEmail(input.email);
  const limit = await takeSignInLimits(deps, email ?? input.email, input.origin);
  if (!limit.allowed) return { kind: "limited", retryAfterSeconds: limit.retryAfterSeconds };
  const account = email === null ? null : await findAccount(client.db, email);
  const right = await verifyPassword(account?.passwordHash ?? null, input.password);
  if (account === null || !right || account.disabled) {
    await recordRefusal(client, account, right, input.origin);
    return { kind: "refused" };
  }
  return { kind: "challenged", token: await openChallenge(client.db, account.userId) };
}

/**
 * The address first: what it refuses takes nothing from the account. The account's subject is a keyed hash, because
 * people type passwords into the e-mail field, and then the table must not show them.
 */
async function takeSignInLimits(
  { client, ring, addressQuota }: Dependencies,
  typed: string,
  { ip }: RequestOrigin,
): Promise<LimitDecision> {
  const address = addressBlock(ip);
  const byAddress = await takeRateLimit(client.db, `sign_in_address:${address}`, addressQuota);
  if (!byAddress.allowed) return byAddress;
  const { digest } = mac(ring, "blind-index", ["sign-in", typed.toWellFormed()]);
  const account = digest.toString("base64url");
  const fromThere = await takeRateLimit(client.db, `sign_in_account:${account}:${address}`, ACCOUNT_QUOTA);
  return fromThere.allowed ? takeRateLimit(client.db, `sign_in_account:${account}`, ACCOUNT_QUOTA_IN_ALL) : fromThere;
}

/**
 * What was typed is in no entry. Who acts is not known: the entry names the account that was aimed at, and only if
 * there is one. What a limit refused is in the request's log line, not here: anybody could fill the trail with it.
 */
async function recordRefusal(
  client: DatabaseClient,
  account: Account | null,
  right: boolean,
  origin: RequestOrigin,
): Promise<void> {
  const context = {
    actor: { type: "system", id: "sign-in" },
    merchantId: account?.merchantId ?? null,
    ...origin,
  } as const;
  const reason = account === null ? "unknown_email" : right ? "user_disabled" : "wrong_password";
  await transact(client, context, (tx) =>
    recordAudit(tx, context, {
      action: "sign_in.password_refused",
      outcome: "denied",
      resourceType: "user",
      resourceId: account?.userId ?? null,
      details: { reason },
    }),
  );
}
