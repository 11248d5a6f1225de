/** Every route of `app/api`, in OpenAPI's spelling; a test holds this against the folders. */
export const ROUTES = [
  "/api/auth/{...nextauth}",
  "/api/cron/work",
  "/api/gateway/sandbox",
  "/api/gateway/stripe",
  "/api/health",
  "/api/ready",
  "/api/v1/cards",
  "/api/v1/cards/{id}",
  "/api/v1/customers",
  "/api/v1/customers/{id}",
  "/api/v1/events",
  "/api/v1/openapi.json",
  "/api/v1/payments",
  "/api/v1/payments/{id}",
  "/api/v1/payments/{id}/capture",
  "/api/v1/payments/{id}/refunds",
  "/api/v1/payments/{id}/void",
  "/api/v1/refunds/{id}",
  "/api/v1/webhook-deliveries/{id}/retry",
  "/api/v1/webhook-endpoints",
  "/api/v1/webhook-endpoints/{id}",
  "/api/v1/webhook-endpoints/{id}/deliveries",
  "/api/v1/webhook-endpoints/{id}/rotate-secret",
  "/api/{...path}",
  "other",
] as const;

export type Route = (typeof ROUTES)[number];

const known = new Map<string, Route>(ROUTES.map((route) => [route, route]));

/**
 * The route that a path is of, never the path itself: what callers put there is theirs, and there is no end of it. The one
 * parameter of a route of the integration API is its fourth part.
 */
export function routeTemplate(path: string): Route {
  const fixed = path.includes("{") ? undefined : known.get(path);
  if (fixed !== undefined) return fixed;
  const parts = path.split("/");
  if (parts[1] === "api" && parts[2] === "v1" && parts.length > 4) {
    parts[4] = "{id}";
    const route = known.get(parts.join("/"));
    if (route !== undefined) return route;
  }
  if (path.startsWith("/api/auth/")) return "/api/auth/{...nextauth}";
  return path.startsWith("/api/") ? "/api/{...path}" : "other";
}
