/** What an API key may do, by resource and verb. */
export const API_PERMISSIONS = [
  "cards:write",
  "cards:read",
  "customers:write",
  "customers:read",
  "payments:write",
  "payments:read",
  "refunds:write",
  "events:read",
  "webhooks:write",
  "webhooks:read",
] as const;

export type ApiPermission = (typeof API_PERMISSIONS)[number];
