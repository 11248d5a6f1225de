import type { Role } from "./role";

/** What a person may do in the dashboard: one table for pages, actions and handlers. */
const PERMISSIONS = {
  "payments:read": ["owner", "admin", "operator", "developer", "viewer"],
  "payments:export": ["owner", "admin", "operator", "viewer"],
  "audit:read": ["owner", "admin", "viewer"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export function mayDo(role: Role, permission: Permission): boolean {
  return (PERMISSIONS[permission] as readonly Role[]).includes(role);
}
