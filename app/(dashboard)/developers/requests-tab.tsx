import { NoMatch } from "@/components/data-table/no-match";
import { Pagination } from "@/components/data-table/pagination";
import { GuideLink } from "@/components/developers/guide-link";
import { type RequestFilterValues, RequestsFilters } from "@/components/developers/requests/requests-filters";
import { RequestsTable } from "@/components/developers/requests/requests-table";
import { EmptyState } from "@/components/layout/empty-state";
import { listApiKeys } from "@/lib/api-keys/manage-keys";
import type { PageCall } from "@/lib/boundary/page";
import { readCursor } from "@/lib/boundary/page-cursor";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { parseKeyId } from "@/lib/ids/key-id";
import { isCursor } from "@/lib/paging/keyset";
import { KEPT_DAYS, listRequests, type RequestFilter } from "@/lib/request-log/request-log-store";
import { idempotencyHref, TAB_HREFS } from "./addresses";

const PAGE_SIZE = 50;

const METHODS = ["GET", "POST", "PATCH", "DELETE"].map((value) => ({ value, label: value }));

const STATUSES = [
  { value: "2xx", label: "2xx accepted", from: 200, to: 299 },
  { value: "4xx", label: "4xx refused", from: 400, to: 499 },
  { value: "5xx", label: "5xx failed here", from: 500, to: 599 },
  { value: "401", label: "401 not signed right", from: 401, to: 401 },
  { value: "403", label: "403 not allowed", from: 403, to: 403 },
  { value: "404", label: "404 not there", from: 404, to: 404 },
  { value: "409", label: "409 wrong state", from: 409, to: 409 },
  { value: "422", label: "422 wrong fields", from: 422, to: 422 },
  { value: "429", label: "429 too many", from: 429, to: 429 },
] as const;

export async function requestsTab({ session, scope, search }: PageCall) {
  const filters = readFilters(search);
  const client = database();
  const [list, keys] = await Promise.all([
    listRequests(client.db, scope, toFilter(filters), {
      limit: PAGE_SIZE,
      ...readCursor(search, (text) => isCursor("req", text)),
    }),
    listApiKeys(client, session),
  ]);
  const names = new Map(keys.map(({ id, name }) => [id, name]));
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <>
      <p className="mb-4 max-w-prose text-sm text-muted-foreground">
        Every authenticated call of the last {KEPT_DAYS} days, some seconds late. Bodies and personal data are not kept.{" "}
        <GuideLink href="/docs/errors">What each error means</GuideLink>
      </p>
      <RequestsFilters
        filters={filters}
        methods={METHODS}
        statuses={STATUSES}
        keys={keys.filter(({ mode }) => mode === scope.mode).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <RequestsTable
        requests={list.rows.map((row) => ({ ...row, keyName: names.get(row.apiKeyId) ?? row.apiKeyId }))}
        timeZone={session.merchant.timeZone}
        idempotencyHref={idempotencyHref}
        empty={
          isFiltered ? (
            <NoMatch title="No request matches" path={TAB_HREFS.requests}>
              Change or remove a filter.
            </NoMatch>
          ) : (
            <EmptyState title="No requests yet">Send one with an API key: it appears here within seconds.</EmptyState>
          )
        }
      />
      <Pagination path="/developers" filters={{ tab: "requests", ...filters }} list={list} count={list.rows.length} />
    </>
  );
}

/** What is none of the choices filters nothing. */
function readFilters({ q, method, status, key }: PageCall["search"]): RequestFilterValues {
  return {
    // Without what the database cannot look for.
    q: q?.replaceAll("\0", "").toWellFormed().trim().slice(0, 200) || undefined,
    method: METHODS.find(({ value }) => value === method)?.value,
    status: STATUSES.find(({ value }) => value === status)?.value,
    key: parseKeyId(key)?.id,
  };
}

function toFilter({ q, method, status, key }: RequestFilterValues): RequestFilter {
  const id = parseId("req", q);
  return {
    method,
    status: STATUSES.find(({ value }) => value === status),
    apiKeyId: key,
    ...(id === null ? { path: q } : { id }),
  };
}
