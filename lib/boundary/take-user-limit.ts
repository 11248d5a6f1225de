import { AppError } from "@/lib/errors/app-error";
import type { SessionId, UserId } from "@/lib/ids/id";
import type { DashboardPolicy } from "@/lib/rate-limit/policies";
import { processLimits } from "@/lib/rate-limit/process-limits";

/** Takes from a person's quota, or from that of one session of theirs; throws 429 when it is used up. */
export async function takeUserLimit(whose: UserId | SessionId, policy: DashboardPolicy): Promise<void> {
  const decision = await processLimits().take(policy, whose);
  if (decision.allowed) return;
  const { retryAfterSeconds } = decision;
  throw new AppError("rate_limited", `Too often. Try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
}
