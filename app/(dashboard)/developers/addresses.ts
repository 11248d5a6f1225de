import { filterHref } from "@/components/data-table/filter-href";

/** Where a tab is. */
export const TAB_HREFS = {
  keys: "/developers",
  webhooks: "/developers?tab=webhooks",
  requests: "/developers?tab=requests",
  idempotency: "/developers?tab=idempotency",
} as const;

export function endpointHref(id: string, state?: string): string {
  return filterHref("/developers", { tab: "webhooks", endpoint: id, state });
}

export function idempotencyHref(key: string): string {
  return filterHref("/developers", { tab: "idempotency", key });
}
