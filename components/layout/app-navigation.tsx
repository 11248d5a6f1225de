import { X } from "lucide-react";
import { Logo } from "./logo";
import { NavIcon, type NavIconName } from "./nav-icon";
import { NavLink } from "./nav-link";

export type NavItem = Readonly<{ href: string; label: string; icon: NavIconName }>;

export const NAVIGATION_ID = "app-navigation";

/**
 * One landmark for both widths: a fixed sidebar on wide screens, and on narrow ones a sheet that the browser itself
 * opens (Popover API), with Escape, a click outside and the return of focus, and no JavaScript of ours.
 */
export function AppNavigation({ items }: { items: readonly NavItem[] }) {
  return (
    <nav
      id={NAVIGATION_ID}
      popover="auto"
      aria-label="Main"
      className="fixed inset-y-0 right-auto left-0 z-40 m-0 hidden h-dvh max-h-none w-60 flex-col border-0 border-r border-border bg-sidebar p-0 text-foreground open:flex lg:flex max-lg:w-72 max-lg:max-w-[85vw] max-lg:shadow-xl max-lg:transition-transform max-lg:duration-200 max-lg:ease-out max-lg:starting:-translate-x-full max-lg:backdrop:bg-black/40"
    >
      <div className="flex h-14 shrink-0 items-center justify-between pr-3 pl-5">
        <Logo />
        <button
          type="button"
          popoverTarget={NAVIGATION_ID}
          popoverTargetAction="hide"
          aria-label="Close navigation"
          className="grid size-9 place-items-center rounded-md text-muted-foreground hover:bg-accent hover:text-foreground lg:hidden"
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      </div>
      <ul className="scrollbar-thin flex-1 space-y-0.5 overflow-y-auto px-3 py-3">
        {items.map((item) => (
          <li key={item.href}>
            <NavLink href={item.href} icon={<NavIcon name={item.icon} />}>
              {item.label}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
