import type { Transaction } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { MerchantId, UserId } from "@/lib/ids/id";
import { enqueueMessage } from "./enqueue-message";
import { findNoticeFacts } from "./notice-store";
import { originLines } from "./notice-text";
import { SECURITY_CHANGES, type SecurityChange } from "./security-changes";

export type { SecurityChange };

/** Old news is no warning; until then a mail server that is away is waited for. */
const NOTICE_TTL_SECONDS = 3 * 24 * 3600;

type Person = Readonly<{ userId: UserId; merchantId: MerchantId; email: string }>;

/**
 * Tells the account's owner by e-mail of a change to how they sign in, and offers to end other sessions (ASVS 6.3.7,
 * 7.4.3). In the transaction of the change: neither is without the other. When and from where stand in that transaction.
 */
export async function notifySecurityChange(
  tx: Transaction,
  ring: KeyRing,
  { merchantId, email }: Person,
  change: SecurityChange,
  appUrl: string,
): Promise<void> {
  const { subject, happened } = SECURITY_CHANGES[change];
  const facts = await findNoticeFacts(tx, merchantId);
  const text = [
    happened,
    "",
    ...originLines(facts),
    "",
    "If it was you, there is nothing to do.",
    "",
    "If it was not you:",
    `1. End your other sessions: ${new URL("/sessions", appUrl)}`,
    `2. Look at how your account signs in, and change your password: ${new URL("/security", appUrl)}`,
    `3. If you cannot sign in any more: ${new URL("/recover", appUrl)}`,
    "4. Tell an owner of your merchant account, who can reset your ways of signing in.",
    "",
    "Countinghouse never asks for a password or a code by email.",
  ].join("\n");
  await enqueueMessage(tx, ring, {
    merchantId,
    kind: change,
    expiresInSeconds: NOTICE_TTL_SECONDS,
    channel: "email",
    to: email,
    subject: `Countinghouse: ${subject}`,
    text,
  });
}
