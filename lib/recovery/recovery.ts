import type { RequestOrigin } from "@/lib/auth/request-origin";
import { findFactorRow } from "@/lib/auth/second-factor/enrolled-factors-store";
import { mayUse } from "@/lib/auth/second-factor/list-factors";
import { doWorkOfLooking } from "@/lib/auth/second-factor/prove-code";
import { database } from "@/lib/database";
import { findEmailLink } from "@/lib/email-links/email-links";
import { env } from "@/lib/env";
import { keyRing } from "@/lib/keys/key-ring";
import { type AssertionOptions, beginPasskeyAssertion } from "@/lib/passkeys/begin-assertion";
import { processLimits } from "@/lib/rate-limit/process-limits";
import { sessions } from "@/lib/sessions/sessions";
import {
  type BeginAgainOutcome,
  beginAgain,
  type FinishAgainOutcome,
  finishAgain,
  type NewFactor,
} from "./enrol-again";
import type { Identity } from "./identify";
import { type RecoveryProof, recoveryProver } from "./prove-recovery";
import { type RequestOutcome, requestReset } from "./request-reset";
import { type ResetOutcome, resetPassword } from "./reset-password";

// Recovery as this process does it: the use cases of this folder on its database, keys and environment.

async function dependencies() {
  const { APP_URL: appUrl } = env();
  return { client: database(), ring: await keyRing(), limits: processLimits(), appUrl };
}

export async function requestProcessReset(email: string, origin: RequestOrigin): Promise<RequestOutcome> {
  return requestReset(await dependencies(), { email, origin });
}

type Reset = Readonly<{ token: string; password: string; proof: RecoveryProof; origin: RequestOrigin }>;

export async function resetProcessPassword(input: Reset): Promise<ResetOutcome> {
  const deps = await dependencies();
  const prove = recoveryProver({ ...deps, lockoutSeconds: env().LOCKOUT_SECONDS });
  return resetPassword(
    { ...deps, sessions: sessions(), prove, afterLocked: ({ method }) => doWorkOfLooking(method) },
    input,
  );
}

/** Asks the browser for a passkey of whoever holds a link; null when the link or the passkey is not there. */
export async function beginProcessPasskey(token: string): Promise<AssertionOptions | null> {
  const { client, appUrl } = await dependencies();
  const link = await findEmailLink(client.db, token, "reset_password");
  const factors = link && (await findFactorRow(client.db, link.userId));
  if (!link || !factors || !mayUse(factors, "passkey")) return null;
  const { userId, id: subject } = link;
  return beginPasskeyAssertion(client.db, appUrl, { purpose: "recover", userId, subject });
}

export async function beginProcessAgain(identity: Identity): Promise<BeginAgainOutcome> {
  return beginAgain(await dependencies(), identity);
}

export async function finishProcessAgain(
  input: Identity & Readonly<{ factor: NewFactor }>,
): Promise<FinishAgainOutcome> {
  return finishAgain(await dependencies(), input);
}
