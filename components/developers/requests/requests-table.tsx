import Link from "next/link";
import type { ReactNode } from "react";
import type { Column } from "@/components/data-table/column";
import { DataTable } from "@/components/data-table/data-table";
import { LocalTime } from "@/components/payments/local-time";
import type { RequestView } from "@/lib/request-log/request-log-store";
import { Facts } from "../facts";
import { GuideLink } from "../guide-link";
import { HttpStatus } from "./http-status";

export type RequestRow = RequestView & Readonly<{ keyName: string }>;

type Props = {
  requests: readonly RequestRow[];
  timeZone: string;
  /** Where a key is looked into. */
  idempotencyHref: (key: string) => string;
  empty: ReactNode;
};

/** Each opens to where it came from and what it can be found by. */
export function RequestsTable({ requests, timeZone, idempotencyHref, empty }: Props) {
  return (
    <DataTable
      caption={`API requests, newest first. Times are in ${timeZone}. Open a request to see more of it.`}
      columns={columnsOf(timeZone)}
      rows={requests}
      keyOf={({ id }) => id}
      opener="Request"
      detailOf={(request) => <RequestDetail request={request} idempotencyHref={idempotencyHref} />}
      empty={empty}
    />
  );
}

function columnsOf(timeZone: string): Column<RequestRow>[] {
  return [
    {
      header: "Request",
      cell: ({ method, path }) => (
        <span className="flex min-w-0 grow gap-2 font-mono text-[0.8125rem]">
          <span className="shrink-0 font-medium">{method}</span>
          <span className="min-w-0 truncate @max-4xl:whitespace-normal @max-4xl:break-all">{path}</span>
        </span>
      ),
      card: { line: 1, side: "whole" },
      className: "max-w-0 @4xl:w-[40%]",
    },
    {
      header: "Status",
      cell: ({ status, errorCode }) => (
        <span className="inline-flex flex-wrap items-center gap-2">
          <HttpStatus status={status} />
          {errorCode !== null && <span className="font-mono text-xs break-all">{errorCode}</span>}
        </span>
      ),
      card: { line: 2, side: "whole" },
    },
    {
      header: "Took",
      cell: ({ durationMs }) => `${durationMs.toLocaleString("en-GB")} ms`,
      align: "right",
      card: { line: 3, side: "right" },
      className: "tabular-nums @max-4xl:text-xs",
    },
    {
      header: "Key",
      cell: ({ keyName }) => <span className="block truncate @4xl:max-w-40">{keyName}</span>,
      card: { line: 4, side: "whole", labelled: true },
    },
    {
      header: "Time",
      cell: ({ createdAt }) => <LocalTime at={createdAt} timeZone={timeZone} seconds />,
      align: "right",
      card: { line: 3, side: "left" },
      className: "text-muted-foreground @max-4xl:text-xs",
    },
  ];
}

type DetailProps = Pick<Props, "idempotencyHref"> & { request: RequestRow };

function RequestDetail({ request, idempotencyHref }: DetailProps) {
  const { id, method, route, path, errorCode, apiKeyId, idempotencyKey, ip, userAgent } = request;
  return (
    <div className="space-y-3">
      {errorCode === "signature_invalid" && (
        <p className="max-w-prose text-sm">
          With a test key the answer says what was signed here. Send what you signed in <code>X-Signed-String</code>,
          and it says where yours begins to differ. <GuideLink href="/docs/signing">Find what is wrong</GuideLink>
        </p>
      )}
      <Facts
        facts={[
          { label: "Request", value: <span className="break-all">{`${method} ${path}`}</span> },
          { label: "Route", value: route },
          { label: "Request ID", value: id },
          { label: "Key ID", value: apiKeyId },
          {
            label: "Idempotency key",
            value: idempotencyKey !== null && (
              <Link
                href={idempotencyHref(idempotencyKey)}
                prefetch={false}
                className="break-all text-primary underline-offset-4 hover:underline"
              >
                {idempotencyKey}
              </Link>
            ),
          },
          { label: "Address", value: ip },
          { label: "User agent", value: userAgent },
        ]}
      />
    </div>
  );
}
