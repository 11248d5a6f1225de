import { createHash } from "node:crypto";

/**
 * SHA-256, for tokens from `randomToken` and for content only. What a person chose or what can be counted through (a
 * password, a one-time code, a card number, a phone number) is found from its plain hash in minutes: those go through
 * argon2id or `mac`.
 */
export function sha256(value: Uint8Array | string): Buffer {
  return createHash("sha256").update(value).digest();
}
