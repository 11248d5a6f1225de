import type { WebhookEndpoint } from "./endpoint-store";

/** An endpoint as the integration API shows it. Its secret is shown once, by `withSecret`. */
export function endpointResource(endpoint: WebhookEndpoint) {
  const { id, url, events, status, mode, createdAt, disabledAt, previousSecretUntil } = endpoint;
  return {
    id,
    object: "webhook_endpoint",
    url,
    events,
    status,
    disabled_at: disabledAt?.toISOString() ?? null,
    previous_secret_until: previousSecretUntil?.toISOString() ?? null,
    mode,
    created_at: createdAt.toISOString(),
  } as const;
}

/** The answer that shows a new secret, this once. */
export function withSecret(endpoint: WebhookEndpoint, secret: string) {
  return { ...endpointResource(endpoint), secret };
}
