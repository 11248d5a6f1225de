import { randomBytes } from "node:crypto";
import { type FieldLocation, open, seal } from "./aead";
import { aesGcmDecrypt, aesGcmEncrypt, IV_BYTES, KEY_BYTES } from "./aes-gcm";
import { fromBase64Url, toBase64Url } from "./base64url";
import { canonicalParts, utf8 } from "./canonical-parts";
import { DecryptionError } from "./crypto-errors";
import type { KeyRing, SealingPurpose } from "./key-ring";
import { formatSealed, parseSealed, SEALED_VERSION, type SealedText } from "./sealed-text";

/**
 * A key of one record alone, kept in its row under a data key. Whoever deletes it has deleted all that it sealed, also in
 * copies that were made of those values.
 */
export type RecordKey = Readonly<{
  seal: (plaintext: string, at: FieldLocation) => SealedText;
  /** Throws DecryptionError for anything that this key did not seal for this place. */
  open: (sealed: string, at: FieldLocation) => string;
}>;

/** A new random key for the record at `at`, and its form for the column that keeps it. */
export function createRecordKey(
  ring: KeyRing,
  purpose: SealingPurpose,
  at: FieldLocation,
): { recordKey: RecordKey; sealed: SealedText } {
  const key = randomBytes(KEY_BYTES);
  return { recordKey: toRecordKey(at.rowId, key), sealed: seal(ring, purpose, toBase64Url(key), at) };
}

/** Throws DecryptionError for a key of another place or an altered one, KeyMissingError without its data key. */
export function openRecordKey(ring: KeyRing, purpose: SealingPurpose, sealed: string, at: FieldLocation): RecordKey {
  const key = fromBase64Url(open(ring, purpose, sealed, at));
  if (key?.length !== KEY_BYTES) throw new DecryptionError();
  return toRecordKey(at.rowId, key);
}

function toRecordKey(rowId: string, key: Uint8Array): RecordKey {
  return Object.freeze({
    seal(plaintext, at) {
      const iv = randomBytes(IV_BYTES);
      const sealed = aesGcmEncrypt({ key, iv, plaintext: utf8(plaintext), aad: associatedData(rowId, at) });
      return formatSealed({ kid: rowId, iv, ...sealed });
    },
    open(sealed, at) {
      const { kid, ...parts } = parseSealed(sealed);
      if (kid !== rowId) throw new DecryptionError();
      return aesGcmDecrypt({ key, ...parts, aad: associatedData(rowId, at) }).toString("utf8");
    },
  } satisfies RecordKey);
}

function associatedData(kid: string, at: FieldLocation): Buffer {
  return canonicalParts([SEALED_VERSION, "record-field", kid, at.merchantId, at.table, at.column, at.rowId]);
}
