"use client";

import { useLinkStatus } from "next/link";

/** The words of the tab that they stand in, which step back while what is behind it is on its way. */
export function TabText({ children }: { children: string }) {
  const { pending } = useLinkStatus();
  return <span className={pending ? "animate-pulse" : undefined}>{children}</span>;
}
