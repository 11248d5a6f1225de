import { IV_BYTES, TAG_BYTES } from "./aes-gcm";
import { fromBase64Url, toBase64Url } from "./base64url";
import { DecryptionError } from "./crypto-errors";

export const SEALED_VERSION = "v1";

declare const brand: unique symbol;

/** What `formatSealed` writes. Only sealing makes one: where a type asks for it, a plain text does not compile. */
export type SealedText = string & { readonly [brand]: "SealedText" };

const KEY_ID = /^[A-Za-z0-9_-]{1,64}$/;

type SealedParts = Readonly<{ kid: string; iv: Uint8Array; ciphertext: Uint8Array; tag: Uint8Array }>;

/** Key ids stand between dots, so they hold none. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/** `v1.<kid>.<iv>.<ciphertext>.<tag>`, the last three in base64url: a value carries the name of the key that opens it. */
export function formatSealed({ kid, iv, ciphertext, tag }: SealedParts): SealedText {
  const parts = [SEALED_VERSION, kid, toBase64Url(iv), toBase64Url(ciphertext), toBase64Url(tag)];
  return parts.join(".") as SealedText;
}

/** A stored text as a sealed one. Throws DecryptionError when it has not the form: somebody wrote past the encryption. */
export function asSealedText(stored: string): SealedText {
  parseSealed(stored);
  return stored as SealedText;
}

/** The id of the key that opens it. Throws DecryptionError as above. */
export function keyIdOf(sealed: string): string {
  return parseSealed(sealed).kid;
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
