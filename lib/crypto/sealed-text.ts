import { IV_BYTES, TAG_BYTES } from "./aes-gcm";
import { fromBase64Url, toBase64Url } from "./base64url";
import { DecryptionError } from "./crypto-errors";

export const SEALED_VERSION = "v1";

const KEY_ID = /^[A-Za-z0-9_-]{1,64}$/;

type SealedParts = Readonly<{ kid: string; iv: Uint8Array; ciphertext: Uint8Array; tag: Uint8Array }>;

/** Key ids stand between dots, so they hold none. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/** `v1.<kid>.<iv>.<ciphertext>.<tag>`, the last three in base64url: a value carries the name of the key that opens it. */
export function formatSealed({ kid, iv, ciphertext, tag }: SealedParts): string {
  return [SEALED_VERSION, kid, toBase64Url(iv), toBase64Url(ciphertext), toBase64Url(tag)].join(".");
}

/** Throws DecryptionError unless the text is exactly what `formatSealed` writes. */
export function parseSealed(sealed: string): SealedParts {
  const [version, kid, ivText, ciphertextText, tagText, ...rest] = sealed.split(".");
  if (version !== SEALED_VERSION || rest.length > 0) throw new DecryptionError();
  if (kid === undefined || ivText === undefined || ciphertextText === undefined || tagText === undefined) {
    throw new DecryptionError();
  }
  const iv = fromBase64Url(ivText);
  const ciphertext = fromBase64Url(ciphertextText);
  const tag = fromBase64Url(tagText);
  if (!isKeyId(kid) || iv?.length !== IV_BYTES || ciphertext === null || tag?.length !== TAG_BYTES) {
    throw new DecryptionError();
  }
  return { kid, iv, ciphertext, tag };
}
