import { createHash } from "node:crypto";
import { constantTimeEqual } from "@/lib/crypto/constant-time";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors/app-error";

/**
 * Throws unless the caller shows CRON_SECRET (as RFC 6750's bearer token): 404 where none is set, for then there is no such
 * page, else 401. Compared as digests, in constant time, so that not even its length shows.
 */
export function requireCronSecret(headers: Headers): void {
  const { CRON_SECRET } = env();
  if (CRON_SECRET === undefined) throw new AppError("not_found", "There is no such resource.");
  const [, token = ""] = /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (!constantTimeEqual(digest(token), digest(CRON_SECRET))) {
    throw new AppError("unauthenticated", "Send the schedule's secret as a bearer token.");
  }
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
