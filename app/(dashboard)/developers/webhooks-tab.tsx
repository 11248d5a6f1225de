import { Pagination } from "@/components/data-table/pagination";
import { StateLinks } from "@/components/developers/state-links";
import { AddingEndpoint } from "@/components/developers/webhooks/adding-endpoint";
import { DeliveriesTable } from "@/components/developers/webhooks/deliveries-table";
import { EndpointHead } from "@/components/developers/webhooks/endpoint-head";
import { EndpointsTable } from "@/components/developers/webhooks/endpoints-table";
import { BackLink } from "@/components/layout/back-link";
import { EmptyState } from "@/components/layout/empty-state";
import { RefreshForAWhile } from "@/components/layout/refresh-for-a-while";
import type { PageCall } from "@/lib/boundary/page";
import { readCursor } from "@/lib/boundary/page-cursor";
import { database } from "@/lib/database";
import { parseId, type WebhookEndpointId } from "@/lib/ids/id";
import { isCursor } from "@/lib/paging/keyset";
import { listDeliveries } from "@/lib/webhooks/delivery-store";
import { findEndpoint, listEndpoints, SUBSCRIPTIONS } from "@/lib/webhooks/endpoint-store";
import { ENDPOINTS_MAX } from "@/lib/webhooks/manage-endpoints";
import { failingEndpoints } from "@/lib/webhooks/webhook-health-store";
import { endpointHref, TAB_HREFS } from "./addresses";
import { OneEndpoint } from "./one-endpoint";
import { addEndpoint } from "./webhook-actions";

const PAGE_SIZE = 50;

/** The endpoints, or what was sent to one of them. */
export async function webhooksTab(call: PageCall) {
  if (call.search.endpoint === undefined) return endpoints(call);
  const id = parseId("whk", call.search.endpoint);
  return (id && (await endpointView(call, id))) ?? noEndpoint();
}

async function endpoints({ session, scope }: PageCall) {
  const { db } = database();
  const [list, failing] = await Promise.all([
    listEndpoints(db, scope, { limit: ENDPOINTS_MAX, cursor: null }),
    failingEndpoints(db, scope),
  ]);
  return (
    <AddingEndpoint types={SUBSCRIPTIONS} onAdd={addEndpoint}>
      <EndpointsTable
        endpoints={list.rows.map((endpoint) => ({ ...endpoint, failing: failing.has(endpoint.id) }))}
        timeZone={session.merchant.timeZone}
        hrefOf={({ id }) => endpointHref(id)}
      />
    </AddingEndpoint>
  );
}

const STATES = [
  { label: "All", state: undefined },
  { label: "Pending", state: "pending" },
  { label: "Delivered", state: "delivered" },
  { label: "Failed", state: "failed" },
] as const;

async function endpointView({ session, scope, search }: PageCall, id: WebhookEndpointId) {
  const { db } = database();
  const { timeZone } = session.merchant;
  const endpoint = await findEndpoint(db, scope, id);
  if (endpoint === null) return null;
  const state = STATES.find((each) => each.state !== undefined && each.state === search.state)?.state;
  const [list, failing] = await Promise.all([
    listDeliveries(db, id, { state }, { limit: PAGE_SIZE, ...readCursor(search, (text) => isCursor("whd", text)) }),
    failingEndpoints(db, scope),
  ]);
  const enabled = endpoint.status === "enabled";
  return (
    <>
      <div className="mb-4 text-sm">
        <BackLink href={TAB_HREFS.webhooks}>Webhooks</BackLink>
      </div>
      {enabled && list.rows.some((delivery) => delivery.state === "pending") && <RefreshForAWhile />}
      <OneEndpoint
        endpoint={{ id, url: endpoint.url, enabled }}
        timeZone={timeZone}
        about={<EndpointHead endpoint={endpoint} failing={failing.has(id)} timeZone={timeZone} />}
      >
        <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
          <h2 className="text-sm font-semibold">Deliveries</h2>
          <StateLinks
            label="Deliveries shown"
            links={STATES.map((each) => ({
              label: each.label,
              href: endpointHref(id, each.state),
              current: each.state === state,
            }))}
          />
        </div>
        <DeliveriesTable
          deliveries={list.rows}
          timeZone={timeZone}
          mayRetry={enabled}
          empty={
            state === undefined ? (
              <EmptyState title="Nothing was sent here yet">
                Make a payment in test mode: what happens to it is sent within a second.
              </EmptyState>
            ) : (
              <EmptyState title={`No ${state} delivery`}>Choose another state above.</EmptyState>
            )
          }
        />
        <Pagination
          path="/developers"
          filters={{ tab: "webhooks", endpoint: id, state }}
          list={list}
          count={list.rows.length}
        />
      </OneEndpoint>
    </>
  );
}

function noEndpoint() {
  return (
    <>
      <div className="mb-4 text-sm">
        <BackLink href={TAB_HREFS.webhooks}>Webhooks</BackLink>
      </div>
      <div className="rounded-lg border bg-card">
        <EmptyState title="There is no such webhook endpoint">It may have been deleted.</EmptyState>
      </div>
    </>
  );
}
