import { database } from "@/lib/database";
import { AppError } from "@/lib/errors/app-error";
import type { SessionId, UserId } from "@/lib/ids/id";
import { DASHBOARD_POLICIES, type DashboardPolicy } from "@/lib/rate-limit/dashboard-policies";
import { takeRateLimit } from "@/lib/rate-limit/take-rate-limit";

/** Takes from a person's quota, or from that of one session of theirs; throws 429 when it is used up. */
export async function takeUserLimit(whose: UserId | SessionId, policy: DashboardPolicy): Promise<void> {
  const decision = await takeRateLimit(database().db, `${policy}:${whose}`, DASHBOARD_POLICIES[policy]);
  if (decision.allowed) return;
  const { retryAfterSeconds } = decision;
  throw new AppError("rate_limited", `Too often. Try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
}
