import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import { type FilterValues, filterHref } from "./filter-href";
import { LinkWaiting } from "./link-waiting";

type Props = {
  path: string;
  filters: FilterValues;
  /** Where the pages beside this one begin; null where there is nothing in that direction. */
  list: Readonly<{ previousCursor: string | null; nextCursor: string | null }>;
  /** How many are on this page. */
  count: number;
};

const STEP = "inline-flex h-9 items-center gap-1 rounded-md border bg-card px-3 text-sm font-medium";

/** Nothing where there is nothing. Keyset pages: each starts after a row, not at a number, and so stays put while rows arrive. */
export function Pagination({ path, filters, list, count }: Props) {
  const { previousCursor, nextCursor } = list;
  if (count === 0 && previousCursor === null && nextCursor === null) return null;
  return (
    <nav aria-label="Pages" className="mt-4 flex flex-wrap items-center justify-between gap-3">
      <p className="text-sm text-muted-foreground">{count} on this page, newest first</p>
      <div className="flex gap-2">
        <Step href={previousCursor && filterHref(path, { ...filters, before: previousCursor })} rel="prev" />
        <Step href={nextCursor && filterHref(path, { ...filters, after: nextCursor })} rel="next" />
      </div>
    </nav>
  );
}

function Step({ href, rel }: { href: string | null; rel: "prev" | "next" }) {
  const Icon = rel === "prev" ? ChevronLeft : ChevronRight;
  const icon = <Icon aria-hidden="true" className="size-4" />;
  if (href === null) {
    return (
      <span className={`${STEP} text-muted-foreground/70`} aria-disabled="true">
        {rel === "prev" ? icon : "Older"}
        {rel === "prev" ? "Newer" : icon}
      </span>
    );
  }
  const waiting = <LinkWaiting>{icon}</LinkWaiting>;
  return (
    <Link href={href} rel={rel} className={`${STEP} hover:bg-accent`}>
      {rel === "prev" ? waiting : "Older"}
      {rel === "prev" ? "Newer" : waiting}
    </Link>
  );
}
