import { randomBytes } from "node:crypto";
import { aesGcmDecrypt, aesGcmEncrypt, IV_BYTES, KEY_BYTES } from "./aes-gcm";
import { canonicalParts } from "./canonical-parts";
import { KeyMissingError } from "./crypto-errors";
import type { DataKey, KeyPurpose } from "./key-ring";
import type { MasterKey } from "./master-keys";
import { randomToken } from "./random";
import { formatSealed, parseSealed, SEALED_VERSION } from "./sealed-text";

/** The purpose may be one that a later release has brought. */
type WrappedKey = Readonly<{ kid: string; purpose: string; wrapped: string }>;

/** A new random data key. `createdAt` decides which key is current: take it from the database's clock. */
export function createDataKey(purpose: KeyPurpose, createdAt: Date): DataKey {
  return { kid: `dk-${randomToken(16)}`, purpose, key: Uint8Array.from(randomBytes(KEY_BYTES)), createdAt };
}

/**
 * The data key as it may be stored: encrypted under a master key, bound to its id and purpose, so that a wrapped key
 * copied to another row (the card key in place of the pepper) does not open.
 */
export function wrapDataKey(
  master: MasterKey,
  dataKey: Readonly<{ kid: string; purpose: string; key: Uint8Array }>,
): string {
  const iv = randomBytes(IV_BYTES);
  const aad = associatedData(master.kid, dataKey);
  return formatSealed({
    kid: master.kid,
    iv,
    ...aesGcmEncrypt({ key: master.key, iv, plaintext: dataKey.key, aad }),
  });
}

/** The 32 bytes of a stored data key. Throws KeyMissingError without its master key, DecryptionError when not authentic. */
export function unwrapDataKey(masters: readonly MasterKey[], stored: WrappedKey): Uint8Array {
  const { kid: masterKid, ...sealed } = parseSealed(stored.wrapped);
  const master = masters.find(({ kid }) => kid === masterKid);
  if (master === undefined) throw new KeyMissingError(masterKid, "master");
  return Uint8Array.from(aesGcmDecrypt({ key: master.key, ...sealed, aad: associatedData(masterKid, stored) }));
}

function associatedData(masterKid: string, { kid, purpose }: Readonly<{ kid: string; purpose: string }>): Buffer {
  return canonicalParts([SEALED_VERSION, "data-key", masterKid, purpose, kid]);
}
