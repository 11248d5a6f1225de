import type { ReactNode } from "react";

/** What a page before the dashboard is about, where only its form knows: as close to the title as a description is. */
export function Intro({ children }: { children: ReactNode }) {
  return <p className="-mt-6 text-sm text-muted-foreground">{children}</p>;
}
