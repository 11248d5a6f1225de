/** UUIDs (RFC 9562) and hexadecimal strings of the lengths that digests and trace ids have: 128 to 512 bits. */
const OPAQUE_TOKEN =
  /(?<![0-9a-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})(?![0-9a-z])/gi;

/**
 * Blanks out UUIDs and digests, keeping every index. Their digit runs pass a check digit by chance: of 200,000
 * random UUIDs 33 held a "card number", enough to refuse the payments of a merchant that uses them as references.
 * A token without a letter from a to f may well be digits that someone typed: it stays.
 */
export function blankOpaqueTokens(text: string): string {
  return text.replace(OPAQUE_TOKEN, (token) => (/[a-f]/i.test(token) ? "x".repeat(token.length) : token));
}
