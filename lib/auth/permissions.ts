import type { Role } from "./role";

/** What a person may do in the dashboard: one table for pages, actions and handlers. */
const PERMISSIONS = {
  "payments:read": ["owner", "admin", "operator", "developer", "viewer"],
  "payments:write": ["owner", "admin", "operator"],
  "payments:export": ["owner", "admin", "operator", "viewer"],
  /** Masked. */
  "customers:read": ["owner", "admin", "operator", "developer", "viewer"],
  "customers:reveal": ["owner", "admin"],
  "customers:erase": ["owner", "admin"],
  "cards:read": ["owner", "admin", "operator", "developer", "viewer"],
  /** For good, as an erasure is. */
  "cards:delete": ["owner", "admin"],
  "audit:read": ["owner", "admin", "viewer"],
  "sessions:own": ["owner", "admin", "operator", "developer", "viewer"],
  "security:own": ["owner", "admin", "operator", "developer", "viewer"],
  "developers:manage": ["owner", "admin", "developer"],
  "settings:manage": ["owner", "admin"],
  /** It binds owners too, whom an admin cannot touch. */
  "sign-in-policy:manage": ["owner"],
  "team:manage": ["owner", "admin"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export function mayDo(role: Role, permission: Permission): boolean {
  return (PERMISSIONS[permission] as readonly Role[]).includes(role);
}
