import { apiGet } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { deliveryResource } from "@/lib/webhooks/delivery-resource";
import { listDeliveries } from "@/lib/webhooks/delivery-store";
import { webhookListQuery } from "@/lib/webhooks/endpoint-input";
import { findEndpoint } from "@/lib/webhooks/endpoint-store";
import { noSuchEndpoint } from "@/lib/webhooks/manage-endpoints";

export const GET = apiGet(
  { permission: "webhooks:read", policy: "get_transaction", query: webhookListQuery },
  async ({ scope, params, query }) => {
    const { db } = database();
    const id = parseId("whk", params.id);
    const endpoint = id && (await findEndpoint(db, scope, id));
    if (!endpoint) throw noSuchEndpoint();
    const { rows, nextCursor } = await listDeliveries(db, endpoint.id, {}, query);
    return { data: rows.map(deliveryResource), next_cursor: nextCursor };
  },
);

export { methodNotAllowed as DELETE, methodNotAllowed as PATCH, methodNotAllowed as POST, methodNotAllowed as PUT };
