import { createHmac, createSecretKey } from "node:crypto";
import { canonicalParts } from "./canonical-parts";
import type { DataKey, KeyRing, MacPurpose } from "./key-ring";

/** `digest` is 32 bytes. Store `kid` beside it. */
export type Mac = Readonly<{ kid: string; digest: Buffer }>;

const MAC_VERSION = "mac-v1";

/**
 * HMAC-SHA256 (RFC 2104) over the parts under the current key of the purpose, each part behind its length, so that
 * parts cannot run into one another. Throws KeyMissingError, and a TypeError for a lone surrogate.
 *
 * A fingerprint or a blind index finds only rows of the same `kid`. Rotating such a key therefore means a re-index:
 * recompute every stored digest, and until that is done look up under the old `kid` as well, with `macWith`.
 */
export function mac(ring: KeyRing, purpose: MacPurpose, parts: readonly string[]): Mac {
  return compute(ring.current(purpose), parts);
}

/** As `mac`, under the key that a stored digest names: to verify it, or to look it up. */
export function macWith(ring: KeyRing, purpose: MacPurpose, kid: string, parts: readonly string[]): Mac {
  return compute(ring.byId(purpose, kid), parts);
}

/** HMAC-SHA256 of bytes. A text, as key or message, counts as its UTF-8 bytes. */
export function hmacSha256(key: Uint8Array | string, message: Uint8Array | string): Buffer {
  return createHmac("sha256", typeof key === "string" ? key : createSecretKey(key))
    .update(message)
    .digest();
}

/** Lower-case hex, as request signatures are sent. */
export function hmacSha256Hex(secret: string, message: Uint8Array | string): string {
  return hmacSha256(secret, message).toString("hex");
}

function compute({ kid, purpose, key }: DataKey, parts: readonly string[]): Mac {
  return { kid, digest: hmacSha256(key, canonicalParts([MAC_VERSION, purpose, ...parts])) };
}
