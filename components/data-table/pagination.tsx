import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

type Props = {
  /** Null where there is nothing in that direction. */
  newerHref: string | null;
  olderHref: string | null;
  /** For example "50 payments on this page". */
  summary: string;
  label?: string;
};

const STEP = "inline-flex h-9 items-center gap-1 rounded-md border bg-card px-3 text-sm font-medium";

function Step({ href, rel, children }: { href: string | null; rel: "prev" | "next"; children: ReactNode }) {
  if (href === null) {
    return (
      <span className={`${STEP} text-muted-foreground/70`} aria-disabled="true">
        {children}
      </span>
    );
  }
  return (
    <Link href={href} rel={rel} className={`${STEP} hover:bg-accent`}>
      {children}
    </Link>
  );
}

/** Keyset pages: each starts after a row, not at a number, and so stays put while rows arrive. */
export function Pagination({ newerHref, olderHref, summary, label = "Pages" }: Props) {
  return (
    <nav aria-label={label} className="mt-4 flex flex-wrap items-center justify-between gap-3">
      <p className="text-sm text-muted-foreground">{summary}</p>
      <div className="flex gap-2">
        <Step href={newerHref} rel="prev">
          <ChevronLeft aria-hidden="true" className="size-4" />
          Newer
        </Step>
        <Step href={olderHref} rel="next">
          Older
          <ChevronRight aria-hidden="true" className="size-4" />
        </Step>
      </div>
    </nav>
  );
}
