import type { Transaction } from "@/db/transact";
import { deviceName } from "@/lib/auth/device-name";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { createEmailLink } from "@/lib/email-links/email-links";
import type { MerchantId, SessionId, UserId } from "@/lib/ids/id";
import { enqueueMessage } from "./enqueue-message";
import { findNoticeFacts } from "./notice-store";
import { originLines } from "./notice-text";

/** As long as the link works; a session lasts no longer. */
const TTL_SECONDS = 24 * 3600;

type Person = Readonly<{ userId: UserId; merchantId: MerchantId; email: string }>;

/** Tells a user of a sign-in from a browser they have not used before, with a link that ends that session. */
export async function tellOfNewDevice(
  tx: Transaction,
  { ring, appUrl }: Readonly<{ ring: KeyRing; appUrl: string }>,
  { userId, merchantId, email }: Person,
  sessionId: SessionId,
): Promise<void> {
  const facts = await findNoticeFacts(tx, merchantId);
  const link = { userId, purpose: "revoke_session", subject: sessionId, ttlSeconds: TTL_SECONDS } as const;
  const token = await createEmailLink(tx, link);
  const text = [
    "Your account was signed in to from a browser that it has not been used from before.",
    "",
    ...originLines(facts),
    "",
    "If it was you, there is nothing to do.",
    "",
    "If it was not you, end that session. This link asks once more, and works once, within 24 hours:",
    // In the fragment, which browsers send to nobody.
    `${new URL("/revoke", appUrl)}#${token}`,
    "",
    `Then change your password: ${new URL("/security", appUrl)}`,
    `If you cannot sign in any more: ${new URL("/recover", appUrl)}`,
    "",
    "Countinghouse never asks for a password or a code by email.",
  ].join("\n");
  await enqueueMessage(tx, ring, {
    merchantId,
    kind: "new_device",
    expiresInSeconds: TTL_SECONDS,
    channel: "email",
    to: email,
    subject: `Countinghouse: new sign-in from ${deviceName(facts.userAgent)}`,
    text,
  });
}
