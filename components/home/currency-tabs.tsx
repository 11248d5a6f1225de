import Link from "next/link";

type Props = {
  /** The address is the state: a view of one currency is a link. */
  currencies: readonly { code: string; href: string }[];
  current: string;
};

/** One currency at a time: amounts of two are never added. */
export function CurrencyTabs({ currencies, current }: Props) {
  return (
    <nav aria-label="Currency">
      <ul className="inline-flex gap-0.5 rounded-md border bg-muted/60 p-0.5">
        {currencies.map(({ code, href }) => (
          <li key={code}>
            <Link
              href={href}
              scroll={false}
              aria-current={code === current ? "true" : undefined}
              className="inline-flex h-7.5 items-center rounded px-3 text-sm text-muted-foreground hover:text-foreground aria-[current]:bg-card aria-[current]:font-medium aria-[current]:text-foreground aria-[current]:shadow-xs"
            >
              {code}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
