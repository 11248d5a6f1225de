import { LocalTime } from "@/components/payments/local-time";
import type { WebhookEndpoint } from "@/lib/webhooks/endpoint-store";
import { Facts } from "../facts";
import { EndpointBadge } from "./endpoint-badge";

type Props = { endpoint: WebhookEndpoint; failing: boolean; timeZone: string };

/** What an endpoint is, how it is, and what to do when it is not well. */
export function EndpointHead({ endpoint, failing, timeZone }: Props) {
  const { id, url, events, status, createdAt, disabledAt, previousSecretUntil } = endpoint;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <h2 className="min-w-0 font-mono text-sm font-semibold break-all">{url}</h2>
        <EndpointBadge status={status} failing={failing} />
      </div>
      {status === "disabled" && (
        <p className="rounded-md border border-danger/30 bg-danger-soft px-3.5 py-2.5 text-sm text-danger">
          Nothing could be delivered here for days, so nothing more is sent
          {disabledAt !== null && (
            <>
              {" since "}
              <LocalTime at={disabledAt} timeZone={timeZone} />
            </>
          )}
          . Once your server answers again, enable the endpoint, then replay what happened since.
        </p>
      )}
      {status === "enabled" && failing && (
        <p className="rounded-md border border-warning/30 bg-warning-soft px-3.5 py-2.5 text-sm text-warning">
          The last attempt of something pending failed. It is tried again by itself: look below for what your server
          answered.
        </p>
      )}
      <Facts
        facts={[
          { label: "Events", value: events.includes("*") ? "every event" : events.join(" ") },
          { label: "Endpoint ID", value: id },
          { label: "Created", value: <LocalTime at={createdAt} timeZone={timeZone} /> },
          {
            label: "Old secret signs too until",
            value: previousSecretUntil && <LocalTime at={previousSecretUntil} timeZone={timeZone} />,
          },
        ]}
      />
    </>
  );
}
