/** Crockford's alphabet in lower case: no i, l, o or u, so that an id read aloud or copied by hand survives. */
export const BASE32_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Writes bytes as a big-endian number in Crockford base32, padded to the width every value of that many bytes fits. */
export function encodeBase32(bytes: Uint8Array): string {
  const width = Math.ceil((bytes.length * 8) / 5);
  let rest = bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  let text = "";
  for (let place = 0; place < width; place += 1) {
    text = BASE32_ALPHABET.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
}
