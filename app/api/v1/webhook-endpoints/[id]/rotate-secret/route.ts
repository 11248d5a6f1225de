import { apiPost } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { parseId } from "@/lib/ids/id";
import { nothingInput } from "@/lib/webhooks/endpoint-input";
import { noSuchEndpoint, rotateEndpointSecret } from "@/lib/webhooks/manage-endpoints";
import { webhookServices } from "@/lib/webhooks/own-webhooks";

export const POST = apiPost(
  { permission: "webhooks:write", policy: "other", body: nothingInput, idempotency: "accepted" },
  async ({ scope, context, params, idempotency }) => {
    const id = parseId("whk", params.id);
    if (!id) throw noSuchEndpoint();
    return rotateEndpointSecret(await webhookServices(), context, idempotency, scope, id);
  },
);

export { methodNotAllowed as DELETE, methodNotAllowed as GET, methodNotAllowed as PATCH, methodNotAllowed as PUT };
