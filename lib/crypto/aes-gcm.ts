import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import { DecryptionError } from "./crypto-errors";

const ALGORITHM = "aes-256-gcm";
export const KEY_BYTES = 32;
/** NIST SP 800-38D, 8.2: any other length is hashed into a counter block, and collides sooner. */
export const IV_BYTES = 12;
/** The full tag: Node accepts 4 to 16 bytes unless told, and a forger of 4 needs few tries. */
export const TAG_BYTES = 16;

type EncryptInput = Readonly<{ key: Uint8Array; iv: Uint8Array; plaintext: Uint8Array; aad: Uint8Array }>;
type DecryptInput = Readonly<{
  key: Uint8Array;
  iv: Uint8Array;
  ciphertext: Uint8Array;
  tag: Uint8Array;
  aad: Uint8Array;
}>;

/**
 * AES-256-GCM with a 96-bit IV and a 128-bit tag. An IV used twice under a key breaks both messages and the key's
 * authentication: product code calls `seal` or `wrapDataKey`, which draw it at random; tests give known ones.
 * Throws a RangeError for a key or an IV of another length.
 */
export function aesGcmEncrypt({ key, iv, plaintext, aad }: EncryptInput): { ciphertext: Buffer; tag: Buffer } {
  requireLength("key", key, KEY_BYTES);
  requireLength("IV", iv, IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, createSecretKey(key), iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { ciphertext, tag: cipher.getAuthTag() };
}

/**
 * The reverse. Throws DecryptionError for anything that is not authentic, an IV or a tag of another length
 * included; a RangeError for a key of another length, which is our mistake and not the sender's.
 */
export function aesGcmDecrypt({ key, iv, ciphertext, tag, aad }: DecryptInput): Buffer {
  requireLength("key", key, KEY_BYTES);
  if (iv.length !== IV_BYTES || tag.length !== TAG_BYTES) throw new DecryptionError();
  const decipher = createDecipheriv(ALGORITHM, createSecretKey(key), iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  // update() already returns plaintext that nothing vouches for; it leaves this function only after final() has.
  const unverified = decipher.update(ciphertext);
  try {
    return Buffer.concat([unverified, decipher.final()]);
  } catch {
    unverified.fill(0);
    throw new DecryptionError();
  }
}

function requireLength(what: string, bytes: Uint8Array, expected: number): void {
  if (bytes.length !== expected) throw new RangeError(`The ${what} has ${bytes.length} bytes and needs ${expected}.`);
}
