"use client";

import { CircleCheck, Clock, HelpCircle } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useEffect, useRef } from "react";
import { RefreshForAWhile } from "@/components/layout/refresh-for-a-while";
import { CardLabel } from "@/components/payments/card-label";
import { MoneyAmount } from "@/components/payments/money";
import { StatusBadge } from "@/components/payments/status-badge";
import { Button } from "@/components/ui/button";
import type { TerminalPayment, TerminalState } from "./terminal-state";

type Asked = Extract<TerminalState, { kind: "asked" }>;

/** What became of the form. It takes the focus, because the form is gone. */
export function TerminalOutcome({ payment, earlier }: Asked) {
  const isPending = payment.status === "pending";
  return (
    <Panel attempt={payment.id + payment.status}>
      <div className="flex items-start gap-3">
        {isPending ? (
          <Clock aria-hidden="true" className="mt-1 size-5 shrink-0 text-warning" />
        ) : (
          <CircleCheck aria-hidden="true" className="mt-1 size-5 shrink-0 text-success" />
        )}
        <div className="min-w-0 space-y-1">
          <h2 className="text-lg font-semibold">{isPending ? "Payment pending" : titleOf(payment)}</h2>
          <p className="text-sm text-muted-foreground">{explain(isPending, earlier)}</p>
        </div>
      </div>
      <Facts payment={payment} />
      <div className="flex flex-wrap gap-2">
        <Button asChild size="lg">
          <Link href={`/transactions/${payment.id}`}>Open the payment</Link>
        </Button>
        <Button asChild size="lg" variant="outline" className="bg-card">
          <Link href="/payments/new" prefetch={false}>
            Take another payment
          </Link>
        </Button>
      </div>
      {isPending && <RefreshForAWhile />}
    </Panel>
  );
}

function titleOf({ status }: TerminalPayment): string {
  return status === "captured" ? "Payment captured" : "Payment taken";
}

function explain(isPending: boolean, earlier: Asked["earlier"]): string {
  if (earlier === "spent") {
    return "This form had already taken the payment below, so nothing was charged now. Begin a new one for another.";
  }
  if (isPending) return "The acquirer has not answered yet; it is being asked. Do not take the payment a second time.";
  return earlier === "same" ? "This form was sent before: the card was charged once." : "The card was charged.";
}

function Facts({ payment: { id, amount, card, reference, status } }: { payment: TerminalPayment }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-6 gap-y-2.5 rounded-md bg-muted/60 px-4 py-3.5 text-sm">
      <dt className="text-muted-foreground">Amount</dt>
      <dd className="flex flex-wrap items-center gap-3">
        <MoneyAmount value={amount} strong />
        <StatusBadge status={status} />
      </dd>
      <dt className="text-muted-foreground">Card</dt>
      <dd>
        <CardLabel {...card} />
      </dd>
      {reference !== null && (
        <>
          <dt className="text-muted-foreground">Reference</dt>
          <dd className="break-all">{reference}</dd>
        </>
      )}
      <dt className="text-muted-foreground">Payment</dt>
      <dd className="font-mono text-xs break-all">{id}</dd>
    </dl>
  );
}

/** Nobody knows yet what came of it. The address of the page still names the form, and so finds out. */
export function TerminalLost({ form }: { form: string }) {
  return (
    <Panel attempt={form}>
      <div className="flex items-start gap-3">
        <HelpCircle aria-hidden="true" className="mt-1 size-5 shrink-0 text-warning" />
        <div className="min-w-0 space-y-1">
          <h2 className="text-lg font-semibold">The answer was lost</h2>
          <p className="text-sm text-muted-foreground">
            The payment may have been taken. Look before you try again: this form charges once, however often it is
            sent.
          </p>
        </div>
      </div>
      <Button asChild size="lg">
        {/* Not a link of the router: the whole page is to be asked for. */}
        <a href={`/payments/new?form=${form}`}>See what became of it</a>
      </Button>
    </Panel>
  );
}

function Panel({ attempt, children }: { attempt: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each outcome is met anew
  useEffect(() => box.current?.focus(), [attempt]);
  return (
    <div ref={box} role="status" tabIndex={-1} className="space-y-5 rounded-lg px-5 py-6">
      {children}
    </div>
  );
}
