import { apiDelete, apiGet } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { endpointResource } from "@/lib/webhooks/endpoint-resource";
import { findEndpoint } from "@/lib/webhooks/endpoint-store";
import { deleteEndpoint, noSuchEndpoint } from "@/lib/webhooks/manage-endpoints";

export const GET = apiGet({ permission: "webhooks:read", policy: "get_transaction" }, async ({ scope, params }) => {
  const id = parseId("whk", params.id);
  const endpoint = id && (await findEndpoint(database().db, scope, id));
  if (!endpoint) throw noSuchEndpoint();
  return endpointResource(endpoint);
});

export const DELETE = apiDelete(
  { permission: "webhooks:write", policy: "other" },
  async ({ scope, context, params }) => {
    const id = parseId("whk", params.id);
    if (!id) throw noSuchEndpoint();
    await deleteEndpoint(database(), context, scope, id);
  },
);

export { methodNotAllowed as PATCH, methodNotAllowed as POST, methodNotAllowed as PUT };
