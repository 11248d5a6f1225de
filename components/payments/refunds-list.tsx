import { LocalTime } from "./local-time";
import { MoneyAmount, type MoneyText } from "./money";
import { StatusBadge } from "./status-badge";

export type RefundRow = Readonly<{
  id: string;
  amount: MoneyText;
  status: "pending" | "succeeded" | "failed";
  reason: string | null;
  /** Why the acquirer refused, and what to do. */
  failure: string | null;
  createdAt: Date;
}>;

/** A payment's refunds, newest first. */
export function RefundsList({ refunds, timeZone }: { refunds: readonly RefundRow[]; timeZone: string }) {
  return (
    <ul aria-label="Refunds" className="divide-y text-sm">
      {refunds.map(({ id, amount, status, reason, failure, createdAt }) => (
        <li key={id} className="space-y-1 px-5 py-3.5">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <MoneyAmount value={amount} strong />
            <StatusBadge status={status} />
            <span className="ml-auto text-xs text-muted-foreground">
              <LocalTime at={createdAt} timeZone={timeZone} />
            </span>
          </div>
          {reason !== null && <p className="break-words">{reason}</p>}
          {status === "pending" && (
            <p className="text-warning">The acquirer has not answered yet; it is being asked.</p>
          )}
          {failure !== null && <p className="text-danger">{failure}</p>}
          <p className="font-mono text-xs break-all text-muted-foreground">{id}</p>
        </li>
      ))}
    </ul>
  );
}
