import { constantTimeEqual } from "@/lib/crypto/constant-time";
import { hmacSha256Hex } from "@/lib/crypto/mac";
import { AppError } from "@/lib/errors/app-error";
import { canonicalRequest, type SignedParts } from "./canonical-request";

/** How far the caller's clock may be from the database's, in seconds, either way. */
export const CLOCK_TOLERANCE_SECONDS = 300;

/**
 * Throws unless the request was signed within the tolerance with one of the key's live secrets (two while the key is
 * being rotated). Whether its nonce is fresh is asked afterwards: only a right signature may spend one.
 */
export function checkSignature(
  parts: SignedParts,
  signature: string,
  secrets: readonly string[],
  nowSeconds: number,
): void {
  refuseLineBreaks(parts);
  // Timestamps are whole seconds, so the clock is read as one: else one edge would be nearer than the other.
  if (Math.abs(Math.floor(nowSeconds) - Number(parts.timestamp)) > CLOCK_TOLERANCE_SECONDS) {
    throw new AppError(
      "timestamp_out_of_range",
      `X-Timestamp is more than ${CLOCK_TOLERANCE_SECONDS} seconds off. Set the clock and sign again.`,
    );
  }
  const message = canonicalRequest(parts);
  // Every secret is tried, so that the time taken does not tell which one matched.
  const matches = secrets.filter((secret) => constantTimeEqual(hmacSha256Hex(secret, message), signature));
  if (matches.length === 0) {
    throw new AppError(
      "signature_invalid",
      "The signature does not fit this request. Sign method, path with query, timestamp, nonce, idempotency key and the raw body.",
    );
  }
}

/** Line breaks part the parts: with one inside, two different requests could have the same signed bytes. */
function refuseLineBreaks({ method, path, timestamp, nonce, idempotencyKey }: SignedParts): void {
  if ([method, path, timestamp, nonce, idempotencyKey].some((part) => /[\r\n]/.test(part))) {
    throw new AppError("signature_malformed", "A signed header or the path holds a line break. Send it without.");
  }
}
