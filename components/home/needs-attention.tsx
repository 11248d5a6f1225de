import { ChevronRight, CircleCheck, Clock, TriangleAlert } from "lucide-react";
import Link from "next/link";

export type AttentionItem = Readonly<{
  id: string;
  /** What is wrong, with its number: "3 payments pending for over an hour". */
  title: string;
  /** What to do. */
  detail: string;
  href: string;
  tone: "waiting" | "failing";
}>;

/** What needs a person. Empty is good news, and says so. */
export function NeedsAttention({ items }: { items: readonly AttentionItem[] }) {
  if (items.length === 0) {
    return (
      <p className="flex items-center justify-center gap-2 px-5 py-8 text-sm text-muted-foreground">
        <CircleCheck aria-hidden="true" className="size-4 text-success" />
        Nothing needs you now.
      </p>
    );
  }
  return (
    <ul className="divide-y">
      {items.map(({ id, title, detail, href, tone }) => {
        const Icon = tone === "failing" ? TriangleAlert : Clock;
        return (
          <li key={id} className="relative flex items-start gap-3 px-5 py-3.5 hover:bg-muted/60">
            <Icon
              aria-hidden="true"
              className={`mt-0.5 size-4 shrink-0 ${tone === "failing" ? "text-danger" : "text-warning"}`}
            />
            <div className="min-w-0 flex-1 text-sm">
              <Link href={href} data-stretched className="font-medium after:absolute after:inset-0">
                {title}
              </Link>
              <p className="mt-0.5 text-muted-foreground">{detail}</p>
            </div>
            <ChevronRight aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
          </li>
        );
      })}
    </ul>
  );
}
