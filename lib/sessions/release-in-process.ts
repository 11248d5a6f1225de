import type { AuditContext } from "@/db/audit-context";
import { listFactors } from "@/lib/auth/second-factor/list-factors";
import { proveCode } from "@/lib/auth/second-factor/prove-code";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import type { DeviceId } from "@/lib/ids/id";
import { keyRing } from "@/lib/keys/key-ring";
import { type AssertionOptions, beginPasskeyAssertion } from "@/lib/passkeys/begin-assertion";
import { provePasskey } from "@/lib/passkeys/prove-passkey";
import { type ReleaseOutcome, releaseHeldSession } from "./release-held-session";
import type { CurrentSession } from "./session-store";
import { sessions } from "./sessions";

// Releasing a held session on this process's database, keys and environment.

type Call = Readonly<{ session: CurrentSession; context: AuditContext }>;
type CallFrom = Call & Readonly<{ deviceId: DeviceId }>;

/** The strong factors that a held session's user has and their merchant allows. */
export async function releaseMethods({ user }: CurrentSession): Promise<("totp" | "passkey")[]> {
  const { totp, passkeys, allowed } = await listFactors(database().db, await keyRing(), user.id);
  const has = { totp, passkey: passkeys > 0 };
  return (["totp", "passkey"] as const).filter((method) => has[method] && allowed.includes(method));
}

export async function releaseByCode(call: CallFrom, code: string): Promise<ReleaseOutcome> {
  const deps = { ring: await keyRing(), lockoutSeconds: env().LOCKOUT_SECONDS, context: call.context };
  const prove: Parameters<typeof releaseHeldSession>[1]["prove"] = (tx, subject) =>
    proveCode(tx, deps, proverOf(call), "totp", code, { scope: "session", subject });
  return releaseHeldSession({ client: database(), sessions: sessions() }, { ...call, method: "totp", prove });
}

/** What the browser hands to an authenticator; it counts for this session alone. */
export function askForPasskey({ session }: Call): Promise<AssertionOptions> {
  const ceremony = { purpose: "step_up", userId: session.user.id, subject: session.sessionId } as const;
  return beginPasskeyAssertion(database().db, env().APP_URL, ceremony);
}

export async function releaseByPasskey(call: CallFrom, answer: unknown): Promise<ReleaseOutcome> {
  const deps = { context: call.context, appUrl: env().APP_URL };
  const prove: Parameters<typeof releaseHeldSession>[1]["prove"] = (tx, subject) =>
    provePasskey(tx, deps, proverOf(call), "step_up", subject, answer);
  return releaseHeldSession({ client: database(), sessions: sessions() }, { ...call, method: "passkey", prove });
}

function proverOf({ session }: Call) {
  return { userId: session.user.id, merchantId: session.merchant.id };
}
