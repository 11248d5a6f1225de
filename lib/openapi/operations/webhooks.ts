import { endpointInput, nothingInput, webhookListQuery } from "@/lib/webhooks/endpoint-input";
import { listOf } from "../answers";
import type { Operation } from "../operation";
import { deliveryAnswer, endpointAnswer, endpointWithSecretAnswer } from "../webhook-answers";

const TAG = "Webhooks";
const read = { tag: TAG, permission: "webhooks:read", policy: "get_transaction" } as const;
const write = { tag: TAG, permission: "webhooks:write", policy: "other" } as const;

export const webhookOperations: readonly Operation[] = [
  {
    ...{ id: "createWebhookEndpoint", method: "POST", path: "/webhook-endpoints", summary: "Add a webhook endpoint" },
    description: "Events of these types are sent there from now on. The answer alone shows the secret.",
    ...{ ...write, body: endpointInput, idempotency: "accepted" },
    answers: [{ status: 201, description: "The endpoint, with its secret.", schema: endpointWithSecretAnswer }],
    errors: ["webhook_url_refused", "webhook_endpoints_full", "card_number_in_text"],
    example: { url: "https://shop.example/webhooks", events: ["*"] },
  },
  {
    ...{ id: "listWebhookEndpoints", method: "GET", path: "/webhook-endpoints", summary: "List webhook endpoints" },
    ...{ ...read, query: webhookListQuery },
    answers: [{ status: 200, description: "One page.", schema: listOf(endpointAnswer, "WebhookEndpointList") }],
  },
  {
    ...{ id: "getWebhookEndpoint", method: "GET", path: "/webhook-endpoints/{id}", summary: "Get a webhook endpoint" },
    ...read,
    answers: [{ status: 200, description: "The endpoint.", schema: endpointAnswer }],
  },
  {
    id: "deleteWebhookEndpoint",
    ...{ method: "DELETE", path: "/webhook-endpoints/{id}", summary: "Delete a webhook endpoint" },
    ...write,
    answers: [{ status: 204, description: "Nothing more is sent there.", schema: null }],
  },
  {
    id: "rotateWebhookSecret",
    ...{ method: "POST", path: "/webhook-endpoints/{id}/rotate-secret", summary: "Rotate a webhook endpoint's secret" },
    description: "For 24 hours every webhook carries two signatures, by the new secret and by the one before.",
    ...{ ...write, body: nothingInput, idempotency: "accepted" },
    answers: [{ status: 200, description: "The endpoint, with its new secret.", schema: endpointWithSecretAnswer }],
  },
  {
    id: "listWebhookDeliveries",
    ...{ method: "GET", path: "/webhook-endpoints/{id}/deliveries", summary: "List an endpoint's deliveries" },
    description: "What was sent there, every attempt with its status and latency.",
    ...{ ...read, query: webhookListQuery },
    answers: [{ status: 200, description: "One page.", schema: listOf(deliveryAnswer, "WebhookDeliveryList") }],
  },
  {
    id: "retryWebhookDelivery",
    ...{ method: "POST", path: "/webhook-deliveries/{id}/retry", summary: "Send a webhook again" },
    description: "Sends it at once, also one that has arrived.",
    ...{ ...write, body: nothingInput, idempotency: "accepted" },
    answers: [{ status: 202, description: "The delivery, due now.", schema: deliveryAnswer }],
    errors: ["invalid_state"],
  },
];
