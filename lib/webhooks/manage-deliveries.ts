import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { AppError, fieldError } from "@/lib/errors/app-error";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import { oncePerKey } from "@/lib/idempotency/once-per-key";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import type { WebhookDeliveryId, WebhookEndpointId } from "@/lib/ids/id";
import { deliveryResource } from "./delivery-resource";
import { eventsToReplay, findDelivery, hasHeap, insertReplays, makeDue, type WebhookDelivery } from "./delivery-store";
import { lockEndpoint, type WebhookEndpoint, type WebhookScope } from "./endpoint-store";
import { noSuchEndpoint } from "./manage-endpoints";

/** One replay sends so many events at most. */
export const REPLAY_MAX = 10_000;
/** Above so many that are pending nothing is replayed on top. */
const PENDING_MAX = 10_000;
/** Of one statement. */
const INSERT_BATCH = 1000;

export const noSuchDelivery = () => new AppError("not_found", "There is no such webhook delivery.");

/**
 * Makes a delivery due at once, also one that has arrived, and gives it the whole ladder again; in the caller's transaction.
 * Throws 404, and 409 while its endpoint is disabled.
 */
export async function retryDelivery(
  tx: Transaction,
  context: AuditContext,
  scope: WebhookScope,
  id: WebhookDeliveryId,
): Promise<WebhookDelivery> {
  const found = await findDelivery(tx, scope, id);
  const endpoint = found && (await lockEndpoint(tx, scope, found.endpointId));
  if (!found || !endpoint) throw noSuchDelivery();
  refuseDisabled(endpoint);
  await makeDue(tx, id);
  await recordAudit(tx, context, {
    action: "webhook_delivery.retried",
    outcome: "success",
    resourceType: "webhook_delivery",
    resourceId: id,
    details: { endpoint: endpoint.id, event: found.eventId, state: found.state },
  });
  return (await findDelivery(tx, scope, id)) ?? found;
}

/** `POST /webhook-deliveries/{id}/retry`. Once per key, where one is sent. */
export function retryDeliveryOnce(
  client: DatabaseClient,
  context: AuditContext,
  request: IdempotentRequest | null,
  scope: WebhookScope,
  id: WebhookDeliveryId,
): Promise<IdempotentAnswer> {
  return oncePerKey(client, context, request, async (tx) => {
    const delivery = await retryDelivery(tx, context, scope, id);
    return { status: 202, body: JSON.stringify(deliveryResource(delivery)) };
  });
}

type Range = Readonly<{ from: Date; to: Date }>;

/**
 * Sends to an endpoint once more every event that it wants, from one moment to before another; how many those are. Receivers
 * know by `webhook-id` what they have seen. Throws 404, 409 while the endpoint is disabled or a heap is pending, and 422 for more
 * events than `REPLAY_MAX`: narrow the range then.
 */
export function replayEvents(
  client: DatabaseClient,
  context: AuditContext,
  scope: WebhookScope,
  id: WebhookEndpointId,
  range: Range,
): Promise<number> {
  return transact(client, context, async (tx) => {
    const endpoint = await lockEndpoint(tx, scope, id);
    if (!endpoint) throw noSuchEndpoint();
    refuseDisabled(endpoint);
    if (await hasHeap(tx, id, PENDING_MAX)) {
      const text = `More than ${PENDING_MAX} deliveries to this webhook endpoint are pending. Wait until they have been sent.`;
      throw new AppError("invalid_state", text);
    }
    const eventIds = await eventsToReplay(tx, id, range, REPLAY_MAX + 1);
    if (eventIds.length > REPLAY_MAX) {
      throw fieldError("/to", "field_invalid", `There are more than ${REPLAY_MAX} events. Choose a shorter time.`);
    }
    for (let from = 0; from < eventIds.length; from += INSERT_BATCH) {
      await insertReplays(tx, id, eventIds.slice(from, from + INSERT_BATCH));
    }
    await recordAudit(tx, context, {
      action: "webhook_endpoint.replayed",
      outcome: "success",
      resourceType: "webhook_endpoint",
      resourceId: id,
      details: { from: range.from.toISOString(), to: range.to.toISOString(), events: eventIds.length },
    });
    return eventIds.length;
  });
}

function refuseDisabled({ status }: WebhookEndpoint): void {
  if (status === "enabled") return;
  throw new AppError("invalid_state", "This webhook endpoint is disabled. Enable it first.");
}
