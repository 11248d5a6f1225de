import type { Transaction } from "@/db/transact";
import { AppError } from "@/lib/errors/app-error";
import type { CurrentSession } from "@/lib/sessions/session-store";
import { requireStepUp } from "@/lib/step-up/require-step-up";
import { FACTORS, type SignInPolicy, saveSignInPolicy } from "./sign-in-policy-store";
import { peopleWithout } from "./strong-factor-store";
import { type TellDesk, tellOwnersOfPolicy } from "./tell-of-policy";

/** How many names a refusal tells. */
const NAMES_MAX = 3;

/**
 * Sets what the merchant's people may sign in with, and what happens when a session's address changes; its owners are told.
 * Throws when no
 * strong factor would be left, or when somebody would be left without one that counts.
 */
export async function changeSignInPolicy(
  tx: Transaction,
  desk: TellDesk,
  session: CurrentSession,
  policy: SignInPolicy,
): Promise<void> {
  const merchantId = session.merchant.id;
  const strong = (["totp", "passkey"] as const).filter((factor) => policy.allowedFactors.includes(factor));
  if (strong.length === 0) {
    throw new AppError(
      "validation_failed",
      "Allow the authenticator app, passkeys or both. Codes that are sent can be talked out of people.",
    );
  }
  const binds = { allowed: FACTORS.filter((each) => policy.allowedFactors.includes(each)).join(), ip: policy.ipPolicy };
  const description = "Change how everybody in your business signs in";
  await requireStepUp(tx, session, { purpose: "sign_in_policy.change", binds, description });
  await saveSignInPolicy(tx, merchantId, policy);
  const stranded = await peopleWithout(tx, merchantId, strong);
  if (stranded.length === 0) return tellOwnersOfPolicy(tx, desk, session, policy);
  const needed = strong.includes("totp") ? "an authenticator app" : "a passkey";
  throw new AppError("invalid_state", `${nameSome(stranded)} could not sign in any more. They need ${needed} first.`);
}

function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX);
  const others = names.length - shown.length;
  const listed = others === 0 ? shown : [...shown, others === 1 ? "1 other" : `${others} others`];
  return listed.length === 1 ? listed.join("") : `${listed.slice(0, -1).join(", ")} and ${listed.at(-1)}`;
}
