import type { Transaction } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { otherOwners } from "@/lib/members/member-store";
import { enqueueMessage } from "@/lib/messages/enqueue-message";
import type { CurrentSession } from "@/lib/sessions/session-store";
import type { SignInPolicy } from "./sign-in-policy-store";

/** Old news is no warning. */
const NOTICE_TTL_SECONDS = 3 * 24 * 3600;

const NAMES: Record<SignInPolicy["allowedFactors"][number], string> = {
  totp: "authenticator app",
  passkey: "passkeys",
  sms: "text message",
  email: "email",
};

export type TellDesk = Readonly<{ ring: KeyRing; appUrl: string }>;

/** Tells every owner by e-mail how their people sign in from now on: also the one who has changed it, if it was them. */
export async function tellOwnersOfPolicy(
  tx: Transaction,
  { ring, appUrl }: TellDesk,
  { user, merchant }: CurrentSession,
  { allowedFactors }: SignInPolicy,
): Promise<void> {
  const text = [
    `${user.name} has changed how everybody in ${merchant.name} signs in. Allowed now: ${allowedFactors.map((each) => NAMES[each]).join(", ")}.`,
    "",
    `If this should not have happened, look at the audit trail (${new URL("/audit", appUrl)}), and at the policy`,
    `(${new URL("/security", appUrl)}).`,
  ].join("\n");
  const message = { merchantId: merchant.id, kind: "sign_in_policy_changed", expiresInSeconds: NOTICE_TTL_SECONDS };
  const subject = "Countinghouse: sign-in policy changed";
  for (const to of [user.email, ...(await otherOwners(tx, merchant.id, user.id))]) {
    await enqueueMessage(tx, ring, { ...message, channel: "email", to, subject, text });
  }
}
