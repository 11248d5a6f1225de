import { databaseErrorCode } from "@/db/transact";
import { KeyMissingError } from "@/lib/crypto/crypto-errors";
import { AppError } from "@/lib/errors/app-error";
import { causesOf } from "@/lib/errors/causes";

/** SQLSTATE classes and codes that mean "not now": connection lost, shutting down, too many, timed out, deadlock. */
const PASSING = /^(08|57P|53|57014|55P03|40|25P03|25P04)/;
const CONNECTION_ERRORS = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "REDIS_UNAVAILABLE",
]);

/** Turns whatever was thrown into what may be shown. A failing database is never the caller's fault (never a 4xx). */
export function mapError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isPassing(error)) {
    return new AppError("service_unavailable", "We cannot answer right now. Try again shortly.", {
      cause: error,
      retryAfterSeconds: 2,
    });
  }
  if ([...causesOf(error)].some((cause) => cause instanceof KeyMissingError)) {
    return new AppError(
      "service_unavailable",
      "This cannot be opened now: a key of ours is missing. Nothing is lost. Tell us the request id.",
      { cause: error, retryAfterSeconds: 30 },
    );
  }
  return new AppError(
    "internal_error",
    "Something went wrong on our side. Tell us the request id if it happens again.",
    {
      cause: error,
    },
  );
}

function isPassing(error: unknown): boolean {
  if (PASSING.test(databaseErrorCode(error) ?? "")) return true;
  for (const cause of causesOf(error)) {
    if ("code" in cause && typeof cause.code === "string" && CONNECTION_ERRORS.has(cause.code)) return true;
  }
  return false;
}
