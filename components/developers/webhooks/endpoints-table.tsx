import type { Column } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { EmptyState } from "@/components/layout/empty-state";
import { LocalTime } from "@/components/payments/local-time";
import type { WebhookEndpoint } from "@/lib/webhooks/endpoint-store";
import { EndpointBadge } from "./endpoint-badge";
import { eventsSummary } from "./endpoint-words";

export type EndpointRow = Pick<WebhookEndpoint, "id" | "url" | "events" | "status" | "createdAt"> &
  Readonly<{ failing: boolean }>;

type Props = { endpoints: readonly EndpointRow[]; timeZone: string; hrefOf: (endpoint: EndpointRow) => string };

/** Each leads to what was sent there. */
export function EndpointsTable({ endpoints, timeZone, hrefOf }: Props) {
  return (
    <DataTable
      caption={`Webhook endpoints, newest first. Times are in ${timeZone}.`}
      columns={columnsOf(timeZone)}
      rows={endpoints}
      keyOf={({ id }) => id}
      hrefOf={hrefOf}
      empty={
        <EmptyState title="No webhook endpoints yet">
          Add one, and your server is told of every payment, refund and card as it happens.
        </EmptyState>
      }
    />
  );
}

function columnsOf(timeZone: string): Column<EndpointRow>[] {
  return [
    {
      header: "Endpoint",
      cell: ({ id, url }) => (
        <>
          <span className="block truncate font-medium">{url}</span>
          <span className="mt-0.5 block truncate font-mono text-xs text-muted-foreground">{id}</span>
        </>
      ),
      card: { line: 1, side: "whole" },
      className: "max-w-0 @4xl:w-[50%]",
    },
    { header: "Events", cell: ({ events }) => eventsSummary(events), card: { line: 2, side: "left" } },
    { header: "Status", cell: (endpoint) => <EndpointBadge {...endpoint} />, card: { line: 2, side: "right" } },
    {
      header: "Created",
      cell: ({ createdAt }) => <LocalTime at={createdAt} timeZone={timeZone} />,
      align: "right",
      card: { line: 3, side: "left" },
      className: "text-muted-foreground @max-4xl:text-xs",
    },
  ];
}
