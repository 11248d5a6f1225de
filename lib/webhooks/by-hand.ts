import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import type { WebhookDeliveryId, WebhookEndpointId } from "@/lib/ids/id";
import type { WebhookDelivery } from "./delivery-store";
import type { WebhookEndpoint, WebhookScope } from "./endpoint-store";
import { retryDelivery } from "./manage-deliveries";
import { addEndpoint, refuseInnerAddress, rotateSecret, type WebhookServices } from "./manage-endpoints";

type Made = Readonly<{ endpoint: WebhookEndpoint; secret: string }>;

/** Makes an endpoint from the dashboard. Throws 422 for an address that leads inside, 409 `webhook_endpoints_full`. */
export async function addEndpointByHand(
  services: WebhookServices,
  context: AuditContext,
  scope: WebhookScope,
  given: Readonly<{ url: string; events: readonly string[] }>,
): Promise<Made> {
  await refuseInnerAddress(given.url, services);
  return transact(services.client, context, (tx) => addEndpoint(tx, services.ring, scope, given));
}

/** Gives an endpoint a new secret from the dashboard; the one before signs too for a day. Throws 404. */
export function rotateSecretByHand(
  { client, ring }: WebhookServices,
  context: AuditContext,
  scope: WebhookScope,
  id: WebhookEndpointId,
): Promise<Made> {
  return transact(client, context, (tx) => rotateSecret(tx, ring, scope, id));
}

/** Sends an event again from the dashboard. Throws 404, and 409 while its endpoint is disabled. */
export function retryByHand(
  client: DatabaseClient,
  context: AuditContext,
  scope: WebhookScope,
  id: WebhookDeliveryId,
): Promise<WebhookDelivery> {
  return transact(client, context, (tx) => retryDelivery(tx, context, scope, id));
}
