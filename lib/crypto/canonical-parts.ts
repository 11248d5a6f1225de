const LENGTH_BYTES = 4;

/**
 * One byte string for a list of texts, each as UTF-8 behind its length in bytes (big-endian, 32 bits), so that
 * `["ab", "c"]` and `["a", "bc"]` never give the same bytes.
 *
 * Throws a TypeError for a lone surrogate: UTF-8 has no form for it, and Node would write U+FFFD for every one,
 * so that different texts would become equal.
 */
export function canonicalParts(parts: readonly string[]): Buffer {
  const chunks: Buffer[] = [];
  for (const part of parts) {
    const bytes = utf8(part);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(bytes.length);
    chunks.push(length, bytes);
  }
  return Buffer.concat(chunks);
}

/** The UTF-8 bytes of a text; a TypeError for a lone surrogate, as above. */
export function utf8(text: string): Buffer {
  if (!text.isWellFormed()) {
    throw new TypeError(
      "The text holds half of a surrogate pair, which UTF-8 cannot carry. Refuse it where it enters.",
    );
  }
  return Buffer.from(text, "utf8");
}
