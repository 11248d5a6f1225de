import type { NavItem } from "@/components/layout/app-navigation";
import { mayDo, type Permission } from "@/lib/auth/permissions";
import type { Role } from "@/lib/auth/role";

const ITEMS: readonly (NavItem & { permission: Permission })[] = [
  { href: "/", label: "Home", icon: "home", permission: "payments:read" },
  { href: "/transactions", label: "Transactions", icon: "transactions", permission: "payments:read" },
  { href: "/customers", label: "Customers", icon: "customers", permission: "customers:read" },
  { href: "/cards", label: "Cards", icon: "cards", permission: "cards:read" },
  { href: "/sessions", label: "Sessions", icon: "sessions", permission: "sessions:own" },
  { href: "/audit", label: "Audit", icon: "audit", permission: "audit:read" },
  { href: "/developers", label: "Developers", icon: "developers", permission: "developers:manage" },
  { href: "/security", label: "Security", icon: "security", permission: "security:own" },
];

/** The links that a role may open, and no others. */
export function navigationFor(role: Role): NavItem[] {
  return ITEMS.filter(({ permission }) => mayDo(role, permission)).map(({ href, label, icon }) => ({
    href,
    label,
    icon,
  }));
}
