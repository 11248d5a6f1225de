import { Check, CircleDashed, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Column } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { None } from "@/components/data-table/none";
import { LocalTime } from "@/components/payments/local-time";
import { Badge } from "@/components/ui/badge";
import type { WebhookAttempt, WebhookDelivery } from "@/lib/webhooks/delivery-store";
import { Facts } from "../facts";
import { Pill } from "../pill";
import { attemptWords, latencyWords } from "./endpoint-words";
import { RetryButton } from "./managing-endpoint";

type Props = {
  deliveries: readonly WebhookDelivery[];
  timeZone: string;
  /** False while the endpoint is disabled: nothing is sent then. */
  mayRetry: boolean;
  empty: ReactNode;
};

/** What was sent, and how often. Each opens to its attempts. */
export function DeliveriesTable({ deliveries, timeZone, mayRetry, empty }: Props) {
  return (
    <DataTable
      caption={`Deliveries to this endpoint, newest first. Times are in ${timeZone}. Open an event to see its attempts.`}
      columns={columnsOf(timeZone, mayRetry)}
      rows={deliveries}
      keyOf={({ id }) => id}
      detailOf={(delivery) => <DeliveryDetail delivery={delivery} timeZone={timeZone} />}
      empty={empty}
    />
  );
}

const STATES = {
  delivered: <Pill tone="success" icon={Check} label="Delivered" />,
  failed: <Pill tone="danger" icon={X} label="Failed" />,
  pending: <Pill tone="warning" icon={CircleDashed} label="Pending" />,
} as const;

function columnsOf(timeZone: string, mayRetry: boolean): Column<WebhookDelivery>[] {
  const last = ({ attempts }: WebhookDelivery) => attempts.at(-1);
  return [
    {
      header: "Event",
      cell: ({ id, eventType, replay }) => (
        <span className="inline-flex flex-wrap items-center gap-1.5">
          <span id={`event-${id}`} className="font-mono text-[0.8125rem] font-medium">
            {eventType}
          </span>
          {replay > 0 && <Badge variant="secondary">Replay</Badge>}
        </span>
      ),
      card: { line: 1, side: "left" },
    },
    { header: "Status", cell: ({ state }) => STATES[state], card: { line: 1, side: "right" } },
    {
      header: "Answer",
      cell: (delivery) => {
        const attempt = last(delivery);
        return attempt === undefined ? (
          <span className="text-muted-foreground">Not tried yet</span>
        ) : (
          attemptWords(attempt)
        );
      },
      card: { line: 2, side: "left" },
    },
    {
      header: "Latency",
      cell: (delivery) => latencyWords(last(delivery)?.latencyMs ?? null) ?? <None what="latency" />,
      align: "right",
      card: { line: 2, side: "right" },
    },
    {
      header: "Attempts",
      cell: ({ attempts }) => attempts.length,
      align: "right",
      card: { line: 3, side: "whole", labelled: true },
    },
    {
      header: "Created",
      cell: ({ createdAt }) => <LocalTime at={createdAt} timeZone={timeZone} seconds />,
      card: { line: 4, side: "left" },
      className: "text-muted-foreground @max-4xl:text-xs",
    },
    {
      header: "Send",
      headerHidden: true,
      cell: ({ id, state }) =>
        mayRetry && <RetryButton id={id} again={state === "delivered"} describedBy={`event-${id}`} />,
      align: "right",
      card: { line: 4, side: "right" },
    },
  ];
}

function DeliveryDetail({ delivery, timeZone }: { delivery: WebhookDelivery; timeZone: string }) {
  const { id, eventId, state, nextAttemptAt, attempts } = delivery;
  return (
    <div className="space-y-3">
      {attempts.length === 0 ? (
        <p className="text-sm text-muted-foreground">Not tried yet.</p>
      ) : (
        <ol aria-label="Attempts" className="divide-y rounded-md border bg-card text-sm">
          {attempts.map((attempt) => (
            <AttemptItem key={attempt.number} attempt={attempt} timeZone={timeZone} />
          ))}
        </ol>
      )}
      <Facts
        facts={[
          {
            label: "Next attempt",
            value: state === "pending" && <LocalTime at={nextAttemptAt} timeZone={timeZone} seconds />,
          },
          { label: "Event", value: eventId },
          { label: "Delivery", value: id },
        ]}
      />
    </div>
  );
}

function AttemptItem({ attempt, timeZone }: { attempt: WebhookAttempt; timeZone: string }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-6 gap-y-1 px-4 py-2">
      <span className="text-muted-foreground tabular-nums">{attempt.number}.</span>
      <LocalTime at={attempt.startedAt} timeZone={timeZone} seconds />
      <span className="grow font-medium">{attemptWords(attempt)}</span>
      <span className="text-muted-foreground tabular-nums">{latencyWords(attempt.latencyMs)}</span>
    </li>
  );
}
