import Link from "next/link";

type Props = { label: string; links: readonly Readonly<{ label: string; href: string; current: boolean }>[] };

/** One choice of a few, each an address. */
export function StateLinks({ label, links }: Props) {
  return (
    <nav aria-label={label}>
      <ul className="inline-flex flex-wrap gap-0.5 rounded-md border bg-muted/60 p-0.5">
        {links.map((link) => (
          <li key={link.label}>
            <Link
              href={link.href}
              prefetch={false}
              scroll={false}
              aria-current={link.current ? "true" : undefined}
              className="inline-flex h-7.5 items-center rounded px-3 text-sm text-muted-foreground hover:text-foreground aria-[current]:bg-card aria-[current]:font-medium aria-[current]:text-foreground aria-[current]:shadow-xs"
            >
              {link.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
