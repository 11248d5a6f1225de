"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

/** `/transactions` is current on `/transactions/pay_…` too; `/` only on itself. */
function isCurrent(href: string, pathname: string): boolean {
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}

export function NavLink({ href, icon, children }: { href: string; icon: ReactNode; children: ReactNode }) {
  const current = isCurrent(href, usePathname());
  return (
    <Link
      href={href}
      aria-current={current ? "page" : undefined}
      // On a narrow screen the navigation covers the page it has just changed.
      onClick={(event) => event.currentTarget.closest<HTMLElement>("[popover]:popover-open")?.hidePopover()}
      className="relative flex h-9 items-center gap-3 rounded-md px-3 text-sm text-muted-foreground transition-colors hover:bg-accent hover:text-foreground aria-[current=page]:bg-accent aria-[current=page]:font-medium aria-[current=page]:text-foreground aria-[current=page]:before:absolute aria-[current=page]:before:inset-y-2 aria-[current=page]:before:left-0 aria-[current=page]:before:w-[3px] aria-[current=page]:before:rounded-full aria-[current=page]:before:bg-primary aria-[current=page]:[&_svg]:text-primary"
    >
      {icon}
      {children}
    </Link>
  );
}
