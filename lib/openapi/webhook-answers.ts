import { z } from "zod";
import { EVENT_TYPES } from "@/lib/events/event-store";
import { SUBSCRIPTIONS } from "@/lib/webhooks/endpoint-store";
import { answerComponents } from "./answers";
import { nullable, objectId, timestamp } from "./parts";

const endpoint = {
  id: objectId("whk"),
  object: z.literal("webhook_endpoint"),
  url: z.string(),
  events: z.array(z.enum(SUBSCRIPTIONS)),
  status: z.enum(["enabled", "disabled"]).meta({
    description: "`disabled` by itself once nothing has arrived there for five days; a person enables it again.",
  }),
  disabled_at: nullable(timestamp),
  previous_secret_until: nullable(timestamp).meta({
    description: "While the secret is being rotated: until when the one before signs too.",
  }),
  mode: z.enum(["test", "live"]),
  created_at: timestamp,
};

export const endpointAnswer = z.strictObject(endpoint).register(answerComponents, { id: "WebhookEndpoint" });

export const endpointWithSecretAnswer = z
  .strictObject({
    ...endpoint,
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/)
      .meta({ description: "Shown this once. Every webhook is signed with it." }),
  })
  .register(answerComponents, { id: "WebhookEndpointWithSecret" });

const attempt = z.strictObject({
  number: z.int().min(1),
  status_code: nullable(z.int()).meta({ description: "What your server answered." }),
  error: nullable(z.string()).meta({ description: "Why there is no answer, such as `timeout`." }),
  latency_ms: nullable(z.int().min(0)),
  started_at: timestamp,
  ended_at: nullable(timestamp),
});

export const deliveryAnswer = z
  .strictObject({
    id: objectId("whd"),
    object: z.literal("webhook_delivery"),
    endpoint: objectId("whk"),
    event: objectId("evt"),
    event_type: z.enum(EVENT_TYPES),
    replayed: z.boolean().meta({ description: "Sent once more because somebody asked for it." }),
    status: z.enum(["pending", "delivered", "failed"]),
    attempts: z.array(attempt),
    next_attempt_at: nullable(timestamp),
    created_at: timestamp,
    ended_at: nullable(timestamp),
  })
  .register(answerComponents, { id: "WebhookDelivery" });
