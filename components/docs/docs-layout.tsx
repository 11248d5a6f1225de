import type { ReactNode } from "react";
import { Logo } from "@/components/layout/logo";

type Link = Readonly<{ href: string; label: string }>;
type Props = {
  guides: readonly Link[];
  sections: readonly Link[];
  current: string;
  title: string;
  children: ReactNode;
};

/** The frame of the public documentation. Plain links and no script: it works in whatever reads HTML. */
export function DocsLayout({ guides, sections, current, title, children }: Props) {
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-primary px-4 py-2 text-sm font-medium text-primary-foreground focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="flex h-14 items-center gap-4 border-b px-4 sm:px-6">
        <a href="/" aria-label="Countinghouse, home" className="flex rounded">
          <Logo />
        </a>
        <a href="/docs" className="flex rounded text-sm text-muted-foreground hover:text-foreground">
          Documentation
        </a>
      </header>
      <div className="mx-auto flex max-w-6xl flex-col px-4 sm:px-6 lg:flex-row lg:gap-10">
        <nav
          aria-label="Documentation"
          className="scrollbar-thin shrink-0 border-b py-4 lg:sticky lg:top-0 lg:max-h-dvh lg:w-52 lg:self-start lg:overflow-y-auto lg:border-b-0 lg:py-8"
        >
          <Links links={[...guides, { href: "/docs", label: "API reference" }]} current={current} />
          {sections.length > 0 && (
            <div className="mt-3 border-t pt-3 max-lg:hidden">
              <Links links={sections} current={current} />
            </div>
          )}
        </nav>
        <main id="main" tabIndex={-1} className="min-w-0 max-w-3xl flex-1 pt-8 pb-24">
          <h1 className="text-[1.625rem] leading-tight font-semibold tracking-[-0.02em] text-balance">{title}</h1>
          {children}
        </main>
      </div>
    </>
  );
}

function Links({ links, current }: { links: readonly Link[]; current: string }) {
  return (
    <ul className="flex flex-wrap gap-x-1 lg:block lg:space-y-0.5">
      {links.map(({ href, label }) => (
        <li key={href}>
          <a
            href={href}
            aria-current={href === current ? "page" : undefined}
            className="flex min-h-8 items-center rounded-md px-2 text-sm text-muted-foreground hover:bg-accent hover:text-foreground aria-[current=page]:bg-accent aria-[current=page]:font-medium aria-[current=page]:text-foreground"
          >
            {label}
          </a>
        </li>
      ))}
    </ul>
  );
}
