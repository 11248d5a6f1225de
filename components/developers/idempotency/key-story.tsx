import { CircleDashed } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Section } from "@/components/layout/section";
import { LocalTime } from "@/components/payments/local-time";
import type { InspectedKey } from "@/lib/idempotency/inspect-key-store";
import { Pill } from "../pill";
import { HttpStatus } from "../requests/http-status";

/** What a key has seen: the first call, its answer, what it made, and who came again. */
export function KeyStory({ found, timeZone }: { found: InspectedKey; timeZone: string }) {
  const { key, method, path, createdAt, completedAt, status } = found;
  return (
    <Section title="What this key has seen">
      <dl className="divide-y text-sm">
        <Fact label="Key">
          <code className="font-mono break-all">{key}</code>
        </Fact>
        <Fact label="First call">
          <code className="font-mono text-[0.8125rem] break-all">
            {method} {path}
          </code>
          <Note>
            <LocalTime at={createdAt} timeZone={timeZone} seconds />
          </Note>
        </Fact>
        <Fact label="Answer">
          {status === null ? <NoAnswer running={found.running} /> : <HttpStatus status={status} />}
          {completedAt !== null && (
            <Note>
              <LocalTime at={completedAt} timeZone={timeZone} seconds />, {tookWords(createdAt, completedAt)} after the
              call
            </Note>
          )}
        </Fact>
        <Fact label="What it made">
          <Made found={found} />
        </Fact>
        <Fact label="Replays">
          {found.replays}
          <Note>
            {found.lastReplayedAt === null ? (
              "The stored answer was not asked for again."
            ) : (
              <>
                The same call came again and got the same answer, last on{" "}
                <LocalTime at={found.lastReplayedAt} timeZone={timeZone} seconds />
              </>
            )}
          </Note>
        </Fact>
        <Fact label="Conflicts">
          {found.conflicts}
          <Note>
            {found.lastConflictAt === null ? (
              "No other request came under this key."
            ) : (
              <>
                Another request came under this key and was refused with{" "}
                <code className="font-mono">idempotency_key_reused</code>, last on{" "}
                <LocalTime at={found.lastConflictAt} timeZone={timeZone} seconds />. Use a new key for each operation.
              </>
            )}
          </Note>
        </Fact>
      </dl>
    </Section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-6 gap-y-1 px-5 py-3 sm:grid-cols-[10rem_minmax(0,1fr)]">
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function Note({ children }: { children: ReactNode }) {
  return <span className="mt-1 block text-xs text-muted-foreground">{children}</span>;
}

function NoAnswer({ running }: { running: boolean }) {
  return (
    <>
      <Pill tone="warning" icon={CircleDashed} label={running ? "Running" : "None yet"} />
      {!running && (
        <Note>It was interrupted. The next call with the key, or the reconciler, finishes the same one.</Note>
      )}
    </>
  );
}

function Made({ found }: { found: InspectedKey }) {
  const { paymentId, refundId, operation, customerId } = found;
  const link = (href: string, text: string) => (
    <Link
      href={href}
      prefetch={false}
      className="font-mono text-[0.8125rem] break-all text-primary underline-offset-4 hover:underline"
    >
      {text}
    </Link>
  );
  if (paymentId === null && customerId !== null) return <>Of customer {link(`/customers/${customerId}`, customerId)}</>;
  if (paymentId === null) return <span className="text-muted-foreground">No payment</span>;
  const payment = link(`/transactions/${paymentId}`, paymentId);
  if (refundId !== null) {
    return (
      <>
        Refund <code className="font-mono text-[0.8125rem] break-all">{refundId}</code> of {payment}
      </>
    );
  }
  return operation === null ? (
    <>Payment {payment}</>
  ) : (
    <>
      {operation === "capture" ? "Capture" : "Void"} of {payment}
    </>
  );
}

function tookWords(from: Date, to: Date): string {
  const ms = Math.max(0, to.getTime() - from.getTime());
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
