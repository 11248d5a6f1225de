import { cn } from "@/components/ui/cn";

/** An amount already written for the reader's locale: components never see a number they could calculate with. */
export type MoneyText = Readonly<{
  /** The figure with its symbol, for example `₹1,23,456.00` or `−$12.50`. */
  text: string;
  /** ISO 4217, for example `INR`. Shown as well, because `$` and `¥` are many currencies. */
  currency: string;
}>;

type Props = { value: MoneyText; className?: string; strong?: boolean };

export function MoneyAmount({ value, className, strong = false }: Props) {
  // Some locales write the code as the symbol; it is not said twice.
  const figure = value.text.replace(value.currency, "").trim();
  return (
    <span className={cn("inline-flex items-baseline gap-1.5 whitespace-nowrap tabular-nums", className)}>
      <span className={strong ? "font-medium" : undefined}>{figure}</span>
      <span className="inline-block text-left text-[0.75em] font-normal text-muted-foreground in-[td]:min-w-[2.4em]">
        {value.currency}
      </span>
    </span>
  );
}
