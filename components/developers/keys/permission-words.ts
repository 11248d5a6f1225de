import { API_PERMISSIONS, type ApiPermission } from "@/lib/api-keys/permissions";

/** What each permission is good for. */
export const PERMISSION_WORDS: Readonly<Record<ApiPermission, string>> = {
  "cards:write": "Store and delete cards",
  "cards:read": "See cards, never their numbers",
  "customers:write": "Create, change and erase customers",
  "customers:read": "See customers, masked",
  "payments:write": "Take, capture and void payments",
  "payments:read": "See payments and refunds",
  "refunds:write": "Give money back",
  "events:read": "List what happened",
  "webhooks:write": "Change endpoints, send again",
  "webhooks:read": "See endpoints and deliveries",
};

const READING = API_PERMISSIONS.filter((permission) => permission.endsWith(":read"));

/** A key's permissions in a word or two. */
export function permissionSummary(permissions: readonly string[]): string {
  const has = (wanted: readonly string[]) => wanted.every((permission) => permissions.includes(permission));
  if (has(API_PERMISSIONS)) return "Everything";
  if (has(READING) && permissions.length === READING.length) return "Read only";
  return permissions.length === 1 ? `${permissions[0]}` : `${permissions.length} of ${API_PERMISSIONS.length}`;
}
