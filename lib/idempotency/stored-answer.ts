import { AppError } from "@/lib/errors/app-error";
import type { KeyRecord } from "./idempotency-store";

/** An answer as bytes to send; `replayed` when it was stored by an earlier call with the key. */
export type IdempotentAnswer = Readonly<{ status: number; body: string; replayed: boolean }>;

/** The first answer, byte for byte, or null while the first call is still running. Throws 422 for another request under the key. */
export function storedAnswer({ isSame, status, body }: KeyRecord): IdempotentAnswer | null {
  if (!isSame) {
    throw new AppError(
      "idempotency_key_reused",
      "This Idempotency-Key was used for another request. Send a new key for a new operation.",
    );
  }
  return status === null || body === null ? null : { status, body, replayed: true };
}

/** How long a call waits for the first one under its key. */
export const WAIT_FOR_FIRST_MS = 10_000;

/** The 409 of a call that waited for nothing: the first is still running. */
export function keyInUse(): AppError {
  return new AppError(
    "idempotency_key_in_use",
    "The first request with this key is still running. Try again shortly.",
    {
      retryAfterSeconds: 2,
    },
  );
}
