import type { WebhookDelivery } from "./delivery-store";

/** A delivery as the integration API shows it, with every attempt. */
export function deliveryResource(delivery: WebhookDelivery) {
  const { id, endpointId, eventId, eventType, replay, state, nextAttemptAt, createdAt, endedAt } = delivery;
  return {
    id,
    object: "webhook_delivery",
    endpoint: endpointId,
    event: eventId,
    event_type: eventType,
    replayed: replay > 0,
    status: state,
    attempts: delivery.attempts.map((attempt) => ({
      number: attempt.number,
      status_code: attempt.statusCode,
      error: attempt.error,
      latency_ms: attempt.latencyMs,
      started_at: attempt.startedAt.toISOString(),
      ended_at: attempt.endedAt?.toISOString() ?? null,
    })),
    next_attempt_at: state === "pending" ? nextAttemptAt.toISOString() : null,
    created_at: createdAt.toISOString(),
    ended_at: endedAt?.toISOString() ?? null,
  } as const;
}
