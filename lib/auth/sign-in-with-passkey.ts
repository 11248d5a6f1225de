import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { DeviceId } from "@/lib/ids/id";
import { assertionAnswer } from "@/lib/passkeys/answers";
import { type AssertionOptions, beginPasskeyAssertion, beginPasskeySignIn } from "@/lib/passkeys/begin-assertion";
import { type AssertionRefusal, checkAssertion } from "@/lib/passkeys/check-assertion";
import { type CredentialOwner, findCredentialOwner } from "@/lib/passkeys/passkey-store";
import type { Limits } from "@/lib/rate-limit/limits";
import type { SessionStore } from "@/lib/sessions/session-store";
import { beginSession } from "./begin-session";
import type { RequestOrigin } from "./request-origin";
import { readChallenge } from "./sign-in-challenge";
import { takePasskeyLimit } from "./sign-in-limits";
import type { SecondFactorOutcome } from "./verify-second-factor";

type Dependencies = Readonly<{ client: DatabaseClient; appUrl: string; limits: Limits }>;

/** Asks for any passkey of ours. Throws 429 beyond the address's quota. */
export async function askForAnyPasskey(
  { client, appUrl, limits }: Dependencies,
  origin: RequestOrigin,
): Promise<AssertionOptions> {
  await takePasskeyLimit(limits, "ask", origin);
  return beginPasskeySignIn(client.db, appUrl);
}

/** Asks for a passkey of whoever has given their password; null when there is no open challenge. Throws 429 likewise. */
export async function askForSecondFactor(
  { client, appUrl, limits }: Dependencies,
  challengeToken: string | null,
  origin: RequestOrigin,
): Promise<AssertionOptions | null> {
  await takePasskeyLimit(limits, "ask", origin);
  const challenge = await readChallenge(client.db, challengeToken);
  if (challenge === null) return null;
  const { user, id: subject } = challenge;
  return beginPasskeyAssertion(client.db, appUrl, { purpose: "second_factor", userId: user.id, subject });
}

type Input = Readonly<{
  answer: unknown;
  /** The session cookie that came along, if any: its session ends with the new sign-in, whosever it was. */
  sessionToken: string | null;
  deviceId: DeviceId;
  origin: RequestOrigin;
}>;

/**
 * Signs in by a passkey alone. It is two factors: the key that only the authenticator has, and the fingerprint, face or
 * PIN that it has checked, without which its answer is refused (ASVS 6.3.4). One transaction, committed also when it
 * refuses: the challenge is used up either way. Throws 429 beyond the address's quota.
 */
export async function signInWithPasskey(
  { client, appUrl, limits, sessions, ring }: Dependencies & Readonly<{ sessions: SessionStore; ring: KeyRing }>,
  { answer, sessionToken, deviceId, origin }: Input,
): Promise<SecondFactorOutcome> {
  await takePasskeyLimit(limits, "try", origin);
  const parsed = assertionAnswer.safeParse(answer);
  const owner = parsed.success ? await findCredentialOwner(client.db, parsed.data.id) : null;
  const stranger: AuditContext = {
    actor: { type: "system", id: "sign-in" },
    merchantId: owner?.merchantId ?? null,
    ...origin,
  };
  const context: AuditContext = owner === null ? stranger : { ...stranger, actor: { type: "user", id: owner.id } };
  await sessions.reach();
  return transact<SecondFactorOutcome>(client, context, async (tx) => {
    const ceremony = { purpose: "sign_in", userId: null, subject: null } as const;
    const checked = await checkAssertion(tx, appUrl, ceremony, answer);
    if (checked.kind === "refused" || owner === null) {
      const reason = checked.kind === "refused" ? checked.reason : "credential_unknown";
      // Who acts is not known: the entry names the account that was aimed at.
      await recordRefusal(tx, stranger, owner, reason);
      return { kind: "passkey_refused" };
    }
    const { userId, merchantId } = checked;
    const user = { userId, merchantId, email: owner.email };
    const session = { user, method: "passkey", deviceId, replacesToken: sessionToken } as const;
    const begun = await beginSession(tx, { sessions, ring, appUrl, context }, session);
    return { kind: "signed_in", ...begun, user: { id: userId, email: owner.email, name: owner.name } };
  });
}

function recordRefusal(
  tx: Transaction,
  context: AuditContext,
  owner: CredentialOwner | null,
  reason: AssertionRefusal,
): Promise<void> {
  return recordAudit(tx, context, {
    action: "sign_in.passkey_refused",
    outcome: "denied",
    resourceType: "user",
    resourceId: owner?.id ?? null,
    details: { method: "passkey", reason },
  });
}
