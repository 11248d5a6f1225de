import { apiPost } from "@/lib/boundary/api-route";
import { methodNotAllowed } from "@/lib/boundary/method-not-allowed";
import { database } from "@/lib/database";
import { parseId } from "@/lib/ids/id";
import { nothingInput } from "@/lib/webhooks/endpoint-input";
import { noSuchDelivery, retryDeliveryOnce } from "@/lib/webhooks/manage-deliveries";

export const POST = apiPost(
  { permission: "webhooks:write", policy: "other", body: nothingInput, idempotency: "accepted" },
  async ({ scope, context, params, idempotency }) => {
    const id = parseId("whd", params.id);
    if (!id) throw noSuchDelivery();
    return retryDeliveryOnce(database(), context, idempotency, scope, id);
  },
);

export { methodNotAllowed as DELETE, methodNotAllowed as GET, methodNotAllowed as PATCH, methodNotAllowed as PUT };
