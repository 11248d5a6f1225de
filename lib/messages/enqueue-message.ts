import type { Transaction } from "@/db/transact";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { newId } from "@/lib/ids/id";
import { sealContent } from "./message-seal";
import { insertMessage } from "./message-store";
import { content, type OutgoingMessage } from "./outgoing-message";

export type { OutgoingMessage };

/**
 * Writes a message in the caller's transaction and sends nothing: a background loop delivers it once that has committed,
 * within half a second or so, and not after `expiresInSeconds` (whole seconds). What is undone is never sent.
 */
export async function enqueueMessage(tx: Transaction, ring: KeyRing, message: OutgoingMessage): Promise<void> {
  const { merchantId, kind, expiresInSeconds, ...rest } = message;
  const id = newId("msg");
  const sealed = sealContent(ring, { merchantId, id }, content.parse(rest));
  await insertMessage(tx, { id, merchantId, channel: message.channel, kind, sealed, expiresInSeconds });
}
