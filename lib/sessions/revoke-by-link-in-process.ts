import type { RequestOrigin } from "@/lib/auth/request-origin";
import { database } from "@/lib/database";
import { processLimits } from "@/lib/rate-limit/process-limits";
import { type RevokeOutcome, revokeByLink } from "./revoke-by-link";
import { sessions } from "./sessions";

/** As this process does it, on its database and environment. */
export function revokeByLinkInProcess(
  input: Readonly<{ token: string; origin: RequestOrigin }>,
): Promise<RevokeOutcome> {
  const deps = { client: database(), sessions: sessions(), limits: processLimits() };
  return revokeByLink(deps, input);
}
