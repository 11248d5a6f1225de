import type { PaymentStatus } from "@/lib/payments/payment-status";
import { MoneyAmount, type MoneyText } from "./money";
import { StatusBadge } from "./status-badge";

type Props = {
  amount: MoneyText;
  captured: MoneyText;
  refunded: MoneyText;
  status: PaymentStatus;
  failure: { code: string; message: string } | null;
  /** What the acquirer has been asked and has not answered, besides the payment itself. */
  underWay: readonly string[];
};

/** What the payment comes to, before its story. */
export function PaymentSummary({ amount, captured, refunded, status, failure, underWay }: Props) {
  return (
    <div className="rounded-lg border bg-card">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3 px-5 py-5">
        <MoneyAmount value={amount} className="text-[2rem] leading-none font-semibold tracking-[-0.025em]" />
        <StatusBadge status={status} />
      </div>
      <dl className="grid grid-cols-2 border-t text-sm">
        <div className="px-5 py-3.5">
          <dt className="text-xs text-muted-foreground">Captured</dt>
          <dd className="mt-1">
            <MoneyAmount value={captured} strong />
          </dd>
        </div>
        <div className="border-l px-5 py-3.5">
          <dt className="text-xs text-muted-foreground">Refunded</dt>
          <dd className="mt-1">
            <MoneyAmount value={refunded} strong />
          </dd>
        </div>
      </dl>
      {failure !== null && (
        <p className="border-t bg-danger-soft px-5 py-3.5 text-sm text-danger">
          {failure.message} <code className="ml-1 font-mono text-xs">{failure.code}</code>
        </p>
      )}
      {status === "pending" && (
        <p className="border-t bg-warning-soft px-5 py-3.5 text-sm text-warning">
          The acquirer has not answered yet; it is being asked. It may have been taken: do not take the payment a second
          time.
        </p>
      )}
      {underWay.map((what) => (
        <p key={what} className="border-t bg-warning-soft px-5 py-3.5 text-sm text-warning">
          {what} The acquirer has not answered yet; it is being asked.
        </p>
      ))}
    </div>
  );
}
