import { createHmac, randomBytes } from "node:crypto";
import { vi } from "vitest";
import * as card from "@/app/api/v1/cards/[id]/route";
import * as cards from "@/app/api/v1/cards/route";
import * as customer from "@/app/api/v1/customers/[id]/route";
import * as customers from "@/app/api/v1/customers/route";
import * as events from "@/app/api/v1/events/route";
import * as capture from "@/app/api/v1/payments/[id]/capture/route";
import * as refunds from "@/app/api/v1/payments/[id]/refunds/route";
import * as payment from "@/app/api/v1/payments/[id]/route";
import * as voided from "@/app/api/v1/payments/[id]/void/route";
import * as payments from "@/app/api/v1/payments/route";
import * as refund from "@/app/api/v1/refunds/[id]/route";
import * as webhookRetry from "@/app/api/v1/webhook-deliveries/[id]/retry/route";
import * as webhookDeliveries from "@/app/api/v1/webhook-endpoints/[id]/deliveries/route";
import * as webhookSecret from "@/app/api/v1/webhook-endpoints/[id]/rotate-secret/route";
import * as webhookEndpoint from "@/app/api/v1/webhook-endpoints/[id]/route";
import * as webhookEndpoints from "@/app/api/v1/webhook-endpoints/route";
import { database } from "@/lib/database";
import { undocumented } from "@/lib/openapi/testing/undocumented";
import { createPaymentWorld, TEST_MASTER_KEY, type TestApiKey } from "@/lib/payments/testing/payment-world";

const ORIGIN = "http://127.0.0.1:3000";

export type ApiRequest = Readonly<{
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** From `/api/v1` on, with its query. */
  path: string;
  /** A value becomes JSON; a text or bytes go as they are. */
  body?: unknown;
  idempotencyKey?: string;
  /** Sent instead of what a right client would send; null leaves the header out. */
  headers?: Readonly<Record<string, string | null>>;
  timestamp?: string;
  nonce?: string;
  /** What is signed instead of what is sent. */
  signed?: Readonly<{ method?: string; path?: string; idempotencyKey?: string; body?: string; secret?: string }>;
  address?: string;
}>;

export type ApiAnswer = Readonly<{ status: number; headers: Headers; text: string; json: Record<string, unknown> }>;

export type ApiDesk = Awaited<ReturnType<typeof openApiDesk>>;

/**
 * The integration API's own handlers, called as Next.js calls them, with a client that signs as the contract says.
 * Every answer is held against the OpenAPI document, so that whatever a test makes the API say must stand there.
 * The process's environment is set for them; `close` undoes it.
 */
export async function openApiDesk(
  acquirerUrl?: string,
  settings: Readonly<Record<string, string>> = {},
  through: (databaseUrl: string) => Promise<string> = async (url) => url,
) {
  const world = await createPaymentWorld(acquirerUrl);
  const environment = {
    DATABASE_URL: await through(world.database.appUrl),
    APP_URL: ORIGIN,
    AUTH_SECRET: "a secret of the tests, of more than 32 characters",
    MASTER_KEY: TEST_MASTER_KEY,
    SANDBOX_URL: acquirerUrl ?? "http://127.0.0.1:9",
    ...settings,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  // What the preload of a real server says of itself.
  Object.assign(globalThis, { countinghouseStampsAddresses: true });
  const send = (key: Pick<TestApiKey, "id" | "secret">, request: ApiRequest) => sendSigned(key, request);
  return {
    world,
    send,
    post: (key: TestApiKey, path: string, body: unknown, idempotencyKey?: string) =>
      send(key, { method: "POST", path, body, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) }),
    get: (key: TestApiKey, path: string) => send(key, { method: "GET", path }),
    patch: (key: TestApiKey, path: string, body: unknown) => send(key, { method: "PATCH", path, body }),
    delete: (key: TestApiKey, path: string) => send(key, { method: "DELETE", path }),
    close: async () => {
      await database().close();
      await world.close();
      vi.unstubAllEnvs();
    },
  };
}

async function sendSigned(key: Pick<TestApiKey, "id" | "secret">, request: ApiRequest): Promise<ApiAnswer> {
  const { method, path, idempotencyKey = "", signed = {}, address = "192.0.2.1" } = request;
  const { body } = request;
  const bytes = body === undefined || typeof body === "string" ? (body ?? "") : toBytes(body);
  const timestamp = request.timestamp ?? String(Math.floor(Date.now() / 1000));
  const nonce = request.nonce ?? randomBytes(18).toString("base64url");
  const url = new URL(path, ORIGIN);
  const signature = createHmac("sha256", signed.secret ?? key.secret)
    .update(`${signed.method ?? method}\n${signed.path ?? url.pathname + url.search}\n${timestamp}\n${nonce}\n`)
    .update(`${signed.idempotencyKey ?? idempotencyKey}\n`)
    .update(signed.body ?? bytes)
    .digest("hex");
  const headers = new Headers({
    "X-Api-Key": key.id,
    "X-Timestamp": timestamp,
    "X-Nonce": nonce,
    "X-Signature": signature,
    "X-Countinghouse-Client-Address": address,
  });
  if (method === "POST" || method === "PATCH") headers.set("Content-Type", "application/json");
  if (idempotencyKey !== "") headers.set("Idempotency-Key", idempotencyKey);
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  const init = { method, headers, ...(body === undefined ? {} : { body: bytes }) };
  const response = await route(url.pathname, new Request(url, method === "GET" ? { method, headers } : init));
  const text = await response.text();
  const { status, headers: answered } = response;
  const wrong = undocumented({ method, path: url.pathname, status, headers: answered, text });
  if (wrong !== null) throw new Error(`The OpenAPI document lies: ${wrong}\n${text}`);
  return { status, headers: answered, text, json: toJson(text) };
}

function toBytes(body: unknown): string | Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body);
}

function toJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[] | undefined>> | undefined },
) => Promise<Response> | Response;

/** As Next.js has them by the folders of `app`; `:id` is one part of a path. */
const ROUTES: readonly (readonly [string, Readonly<Record<string, Handler>>])[] = [
  ["/api/v1/cards", cards],
  ["/api/v1/cards/:id", card],
  ["/api/v1/customers", customers],
  ["/api/v1/customers/:id", customer],
  ["/api/v1/events", events],
  ["/api/v1/payments", payments],
  ["/api/v1/payments/:id/capture", capture],
  ["/api/v1/payments/:id/void", voided],
  ["/api/v1/payments/:id/refunds", refunds],
  ["/api/v1/refunds/:id", refund],
  ["/api/v1/payments/:id", payment],
  ["/api/v1/webhook-endpoints", webhookEndpoints],
  ["/api/v1/webhook-endpoints/:id", webhookEndpoint],
  ["/api/v1/webhook-endpoints/:id/rotate-secret", webhookSecret],
  ["/api/v1/webhook-endpoints/:id/deliveries", webhookDeliveries],
  ["/api/v1/webhook-deliveries/:id/retry", webhookRetry],
];

async function route(path: string, request: Request): Promise<Response> {
  for (const [pattern, handlers] of ROUTES) {
    const match = new RegExp(`^${pattern.replace(":id", "(?<id>[^/]+)")}$`).exec(path);
    const handler = match && handlers[request.method];
    if (!handler) continue;
    const id = match.groups?.id;
    // Without any, as a production server has it where there is nothing in brackets; `next dev` gives an empty object.
    const params = id === undefined ? undefined : Promise.resolve({ id: decodeURIComponent(id) });
    return handler(request, { params });
  }
  throw new Error(`there is no route ${request.method} ${path}`);
}
