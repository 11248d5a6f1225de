import type { Quota } from "@/lib/env";

/**
 * What is heavy in the dashboard, per user; what is done under a held session, and questions asked, per session. One person must not slow
 * everybody's payments down. Denies on a store outage.
 */
export const DASHBOARD_POLICIES = {
  verify_chain: { limit: 6, windowSeconds: 60 },
  /** Questions asked: each leaves an entry in the trail. */
  step_up: { limit: 60, windowSeconds: 600 },
  /** What somebody tries under a held session. */
  release: { limit: 60, windowSeconds: 600 },
  /** One person's data at a time: nobody reads a whole list out by hand. */
  reveal: { limit: 30, windowSeconds: 60 },
  /** Payments, captures, voids and refunds by hand. Whoever tries stolen cards is slow at it. */
  move_money: { limit: 60, windowSeconds: 60 },
  /** What makes this server send, or look up names: endpoints, retries, replays. */
  webhooks: { limit: 60, windowSeconds: 60 },
  export: { limit: 10, windowSeconds: 60 },
} as const satisfies Record<string, Quota>;

export type DashboardPolicy = keyof typeof DASHBOARD_POLICIES;
