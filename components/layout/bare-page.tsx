import type { ReactNode } from "react";
import { Logo } from "./logo";

/** The frame of a page that stands outside the dashboard: no navigation, because nothing is known of its reader. */
export function BarePage({ children }: { children: ReactNode }) {
  return (
    <>
      <header className="flex h-14 items-center border-b px-4 sm:px-6">
        {/* A full load on purpose: after a crash, nothing in memory is to be trusted. */}
        <a href="/" aria-label="Countinghouse, home" className="rounded">
          <Logo />
        </a>
      </header>
      <main>{children}</main>
    </>
  );
}
