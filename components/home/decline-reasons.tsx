export type DeclineReason = Readonly<{
  code: string;
  /** In words, for example "Insufficient funds". */
  label: string;
  count: number;
}>;

const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** Most frequent first. A bar's length is its share of all declines of the period. */
export function DeclineReasons({ reasons }: { reasons: readonly DeclineReason[] }) {
  const total = reasons.reduce((sum, reason) => sum + reason.count, 0);
  if (total === 0) {
    return <p className="px-5 py-8 text-center text-sm text-muted-foreground">No payment was declined.</p>;
  }
  return (
    <ul className="space-y-4 px-5 py-5">
      {reasons.map(({ code, label, count }) => (
        <li key={code}>
          <div className="flex items-baseline justify-between gap-4 text-sm">
            <span className="min-w-0 truncate">{label}</span>
            <span className="shrink-0 text-muted-foreground">
              <span className="font-medium text-foreground">{count.toLocaleString("en")}</span>
              <span className="ml-2 inline-block w-12 text-right text-xs">{percent.format(count / total)}</span>
            </span>
          </div>
          <svg aria-hidden="true" className="mt-1.5 block h-1.5 w-full">
            <rect width="100%" height="100%" rx="3" className="fill-muted" />
            <rect width={`${(100 * count) / total}%`} height="100%" rx="3" className="fill-chart-2" />
          </svg>
        </li>
      ))}
    </ul>
  );
}
