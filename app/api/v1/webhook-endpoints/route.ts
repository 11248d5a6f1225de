import { apiGet, apiPost } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { endpointInput, webhookListQuery } from "@/lib/webhooks/endpoint-input";
import { endpointResource } from "@/lib/webhooks/endpoint-resource";
import { listEndpoints } from "@/lib/webhooks/endpoint-store";
import { createEndpoint } from "@/lib/webhooks/manage-endpoints";
import { webhookServices } from "@/lib/webhooks/own-webhooks";

export const POST = apiPost(
  { permission: "webhooks:write", policy: "other", body: endpointInput, idempotency: "accepted" },
  async ({ scope, context, body, idempotency }) =>
    createEndpoint(await webhookServices(), context, idempotency, scope, body),
);

export const GET = apiGet(
  { permission: "webhooks:read", policy: "get_transaction", query: webhookListQuery },
  async ({ scope, query }) => {
    const { rows, nextCursor } = await listEndpoints(database().db, scope, query);
    return { data: rows.map(endpointResource), next_cursor: nextCursor };
  },
);

export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as PUT };
