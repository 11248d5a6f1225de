import { randomBytes } from "node:crypto";
import { aesGcmDecrypt, aesGcmEncrypt, IV_BYTES } from "./aes-gcm";
import { canonicalParts, utf8 } from "./canonical-parts";
import type { KeyRing, SealingPurpose } from "./key-ring";
import { formatSealed, parseSealed, SEALED_VERSION, type SealedText } from "./sealed-text";

/** Where a sealed value lives. It opens there and nowhere else. */
export type FieldLocation = Readonly<{ merchantId: string; table: string; column: string; rowId: string }>;

/**
 * Encrypts a text for one field: AES-256-GCM under the newest key of the purpose, as `v1.<kid>.<iv>.<ct>.<tag>`.
 * IVs are random: rotate a key before 2³² values (NIST SP 800-38D, 8.3).
 * Throws KeyMissingError without a key, and a TypeError for a text with a lone surrogate, which neither UTF-8 nor
 * Postgres can carry: the schema at the edge refuses it, and nothing is replaced in silence.
 */
export function seal(ring: KeyRing, purpose: SealingPurpose, plaintext: string, at: FieldLocation): SealedText {
  const { kid, key } = ring.current(purpose);
  const iv = randomBytes(IV_BYTES);
  const aad = associatedData(purpose, kid, at);
  return formatSealed({ kid, iv, ...aesGcmEncrypt({ key, iv, plaintext: utf8(plaintext), aad }) });
}

/**
 * Decrypts what `seal` wrote for the same purpose and place. Throws DecryptionError for anything else (altered, cut,
 * moved, never encrypted) and KeyMissingError where the key it names is not loaded.
 */
export function open(ring: KeyRing, purpose: SealingPurpose, sealed: string, at: FieldLocation): string {
  const { kid, ...parts } = parseSealed(sealed);
  const { key } = ring.byId(purpose, kid);
  return aesGcmDecrypt({ key, ...parts, aad: associatedData(purpose, kid, at) }).toString("utf8");
}

function associatedData(purpose: SealingPurpose, kid: string, at: FieldLocation): Buffer {
  return canonicalParts([SEALED_VERSION, "field", purpose, kid, at.merchantId, at.table, at.column, at.rowId]);
}
