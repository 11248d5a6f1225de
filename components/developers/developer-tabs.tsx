"use client";

import Link from "next/link";
import type { KeyboardEvent, ReactNode } from "react";
import { TabText } from "./tab-text";

export type Tab = Readonly<{ name: string; label: string; href: string }>;

type Props = { label: string; tabs: readonly Tab[]; current: string; children: ReactNode };

const STEPS: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowRight: (index, count) => (index + 1) % count,
  ArrowLeft: (index, count) => (index - 1 + count) % count,
  Home: () => 0,
  End: (_index, count) => count - 1,
};

/**
 * Tabs whose state is the address, so that a view can be sent to a colleague. The arrow keys move between them, and Enter or
 * Space opens one: what is behind a tab is fetched, so that passing over it opens nothing.
 */
export function DeveloperTabs({ label, tabs, current, children }: Props) {
  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")];
    const index = all.findIndex((tab) => tab.matches(":focus"));
    const step = STEPS[event.key];
    if (index === -1 || (step === undefined && event.key !== " ")) return;
    event.preventDefault();
    if (step === undefined) all[index]?.click();
    else all[step(index, all.length)]?.focus();
  }

  return (
    <>
      <div
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        className="scrollbar-thin mb-6 flex gap-x-1 overflow-x-auto overflow-y-hidden border-b sm:gap-x-2"
      >
        {tabs.map(({ name, label: text, href }) => (
          <Link
            key={name}
            id={`tab-${name}`}
            role="tab"
            href={href}
            prefetch={false}
            scroll={false}
            aria-selected={name === current}
            aria-controls={name === current ? "developers-panel" : undefined}
            tabIndex={name === current ? 0 : -1}
            className="-mb-px inline-flex h-10 shrink-0 items-center rounded-t-md border-b-2 border-transparent px-2 text-sm whitespace-nowrap text-muted-foreground hover:text-foreground aria-selected:border-primary aria-selected:font-medium aria-selected:text-foreground sm:px-3"
          >
            <TabText>{text}</TabText>
          </Link>
        ))}
      </div>
      <div role="tabpanel" id="developers-panel" aria-labelledby={`tab-${current}`}>
        {children}
      </div>
    </>
  );
}
