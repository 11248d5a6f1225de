import type { Transaction } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import type { WebhookEndpointId } from "@/lib/ids/id";
import { emailsOf } from "@/lib/members/member-store";
import { enqueueMessage } from "@/lib/messages/enqueue-message";
import { disableIfDead } from "./endpoint-store";

/** So long an endpoint may be dead, to the day, when an event has been given up. */
export const DEAD_AFTER_DAYS = 5;
const NOTICE_TTL_SECONDS = 3 * 24 * 3600;

/**
 * Disables an endpoint at which every attempt has failed for days, and tells the people who look after it by e-mail: in the
 * transaction in which an event to it is given up. Nothing happens where something was delivered, where failures are younger
 * than that, or where it is disabled already.
 */
export async function disableDeadEndpoint(
  tx: Transaction,
  ring: () => Promise<KeyRing>,
  id: WebhookEndpointId,
  appUrl: string,
): Promise<void> {
  const endpoint = await disableIfDead(tx, id, DEAD_AFTER_DAYS);
  if (!endpoint) return;
  const text = [
    `For ${DEAD_AFTER_DAYS} days nothing could be delivered to the webhook endpoint ${endpoint.id} at ${new URL(endpoint.url).host}`,
    `(${endpoint.mode} mode). It has been disabled: nothing more is sent there.`,
    "",
    "When it works again:",
    `1. Enable it: ${new URL("/developers", appUrl)}. What is still pending is sent then.`,
    "2. Replay what happened in the meantime, on the same page.",
  ].join("\n");
  const { merchantId } = endpoint;
  const message = { merchantId, kind: "webhook_disabled", expiresInSeconds: NOTICE_TTL_SECONDS } as const;
  const subject = "Countinghouse: webhook endpoint disabled";
  const keys = await ring();
  for (const to of await emailsOf(tx, merchantId, ["owner", "developer"])) {
    await enqueueMessage(tx, keys, { ...message, channel: "email", to, subject, text });
  }
}
