import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { DeviceId } from "@/lib/ids/id";
import { normalizeEmail } from "./email";
import { noteLimited } from "./note-limited";
import { verifyPassword } from "./password";
import type { RequestOrigin } from "./request-origin";
import { openChallenge } from "./sign-in-challenge";
import { type SignInLimits, takeSignInLimits } from "./sign-in-limits";
import { type Account, findAccount } from "./user-store";

export type StartOutcome =
  | { kind: "challenged"; token: string }
  /** Unknown e-mail, wrong password or disabled user: one answer for all (ASVS 6.3.8). */
  | { kind: "refused" }
  | { kind: "limited"; retryAfterSeconds: number };

type Dependencies = SignInLimits;

export type StartInput = Readonly<{
  email: string;
  password: string;
  origin: RequestOrigin;
  deviceId: DeviceId | null;
}>;

/**
 * The first step of sign-in: a right password opens a challenge for the second factor, and nothing more.
 * Whether the account exists shows neither in the answer nor in the work: each try that is looked at costs one argon2
 * run. Both limits deny when the database is away, since that rejects.
 */
export async function startSignIn(deps: Dependencies, input: StartInput): Promise<StartOutcome> {
  const { client } = deps;
  const { origin, deviceId } = input;
  const email = normalizeEmail(input.email);
  // What is no address of an account is nobody's, and no device is known to it.
  const limit = await takeSignInLimits(deps, {
    typed: email ?? input.email,
    origin,
    deviceId: email === null ? null : deviceId,
  });
  const account = email === null ? null : await findAccount(client.db, email);
  if (!limit.allowed) {
    await noteLimited(client, { action: "sign_in.password_refused", account, origin });
    return { kind: "limited", retryAfterSeconds: limit.retryAfterSeconds };
  }
  const right = await verifyPassword(account?.passwordHash ?? null, input.password);
  const token =
    account === null || !right || account.disabled
      ? null
      : await openChallenge(client.db, account.userId, account.passwordHash);
  if (token !== null) return { kind: "challenged", token };
  await recordRefusal(client, account, right, origin);
  return { kind: "refused" };
}

/**
 * What was typed is in no entry. Who acts is not known: the entry names the account that was aimed at, and only if
 * there is one.
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
  const reason = account === null ? "unknown_email" : right ? "user_disabled_or_password_changed" : "wrong_password";
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
