import type { AuditContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { open, seal } from "@/lib/crypto/aead";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { AppError, fieldError } from "@/lib/errors/app-error";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import { oncePerKey } from "@/lib/idempotency/once-per-key";
import type { IdempotentAnswer } from "@/lib/idempotency/stored-answer";
import { newId, type WebhookEndpointId } from "@/lib/ids/id";
import { withKeys } from "@/lib/keys/with-keys";
import { mayReach } from "./address-policy";
import { withSecret } from "./endpoint-resource";
import { sealWebhookSecret } from "./endpoint-secret";
import {
  deleteEndpointRow,
  enableEndpointRow,
  insertEndpoint,
  lockEndpoint,
  replaceSecret,
  type WebhookEndpoint,
  type WebhookScope,
} from "./endpoint-store";
import { resolveHost } from "./resolve-host";
import { newWebhookSecret } from "./signature";

/** Of each mode. Every event is sent to each of them. */
export const ENDPOINTS_MAX = 20;
/** How long the secret from before a rotation signs too. */
export const ROTATION_GRACE_SECONDS = 24 * 3600;
const RESOLVE_MS = 3000;

export type WebhookServices = Readonly<{
  client: DatabaseClient;
  ring: KeyRing;
  /** `WEBHOOK_ALLOW_PRIVATE`. */
  allowPrivate: boolean;
  resolve?: typeof resolveHost;
}>;

type Made = Readonly<{ endpoint: WebhookEndpoint; secret: string }>;
type NewEndpoint = Readonly<{ url: string; events: readonly string[] }>;

/** In the caller's transaction. The secret is shown once, and in the open nowhere else. Throws 409 `webhook_endpoints_full`. */
export async function addEndpoint(
  tx: Transaction,
  ring: KeyRing,
  scope: WebhookScope,
  { url, events }: NewEndpoint,
): Promise<Made> {
  const id = newId("whk");
  const secret = newWebhookSecret();
  const sealed = sealWebhookSecret(ring, { id, merchantId: scope.merchantId }, secret);
  const endpoint = await insertEndpoint(tx, { id, scope, url, events, secret: sealed }, ENDPOINTS_MAX);
  if (endpoint) return { endpoint, secret };
  throw new AppError("webhook_endpoints_full", `There are ${ENDPOINTS_MAX} endpoints. Delete one to make another.`);
}

/** In the caller's transaction: the secret from before signs too for a day. Throws 404. */
export async function rotateSecret(
  tx: Transaction,
  ring: KeyRing,
  scope: WebhookScope,
  id: WebhookEndpointId,
): Promise<Made> {
  if (!(await lockEndpoint(tx, scope, id))) throw noSuchEndpoint();
  const secret = newWebhookSecret();
  const sealed = sealWebhookSecret(ring, { id, merchantId: scope.merchantId }, secret);
  return { endpoint: await replaceSecret(tx, id, sealed, ROTATION_GRACE_SECONDS), secret };
}

/**
 * Refuses an address that leads inside (422). One whose name nobody knows at the moment is taken: it is looked at again, and
 * that look decides, each time that something is about to be sent there. To be asked before a transaction, for it takes time.
 */
export async function refuseInnerAddress(
  url: string,
  { allowPrivate, resolve = resolveHost }: Pick<WebhookServices, "allowPrivate" | "resolve">,
): Promise<void> {
  const addresses = await resolve(new URL(url).hostname, RESOLVE_MS);
  if (addresses.every(({ address }) => mayReach(address, allowPrivate))) return;
  const detail =
    "This address leads to a private, local or reserved network. Send one that can be reached from the Internet.";
  throw fieldError("/url", "webhook_url_refused", detail);
}

/** `POST /webhook-endpoints`. Once per key, where one is sent: the answer that is kept for replays is sealed, for it holds the secret. */
export async function createEndpoint(
  services: WebhookServices,
  context: AuditContext,
  request: IdempotentRequest | null,
  scope: WebhookScope,
  given: NewEndpoint,
): Promise<IdempotentAnswer> {
  await refuseInnerAddress(given.url, services);
  return answerSecret(services, context, request, 201, (tx) => addEndpoint(tx, services.ring, scope, given));
}

/** `POST /webhook-endpoints/{id}/rotate-secret`. */
export function rotateEndpointSecret(
  services: WebhookServices,
  context: AuditContext,
  request: IdempotentRequest | null,
  scope: WebhookScope,
  id: WebhookEndpointId,
): Promise<IdempotentAnswer> {
  return answerSecret(services, context, request, 200, (tx) => rotateSecret(tx, services.ring, scope, id));
}

function answerSecret(
  { client, ring }: WebhookServices,
  context: AuditContext,
  request: IdempotentRequest | null,
  status: number,
  make: (tx: Transaction) => Promise<Made>,
): Promise<IdempotentAnswer> {
  const work = async (tx: Transaction) => {
    const { endpoint, secret } = await make(tx);
    const body = JSON.stringify(withSecret(endpoint, secret));
    return { status, body, stored: request ? seal(ring, "webhook-secret", body, placeOf(request)) : undefined };
  };
  return oncePerKey(client, context, request, work, async (_db, _customerId, stored) => {
    if (!request) throw new Error("an answer was stored for no key");
    return withKeys(ring, () => open(ring, "webhook-secret", stored, placeOf(request)));
  });
}

function placeOf({ merchantId, mode, key }: IdempotentRequest) {
  return { merchantId, table: "idempotency_keys", column: "response_body", rowId: `${mode} ${key}` };
}

/** `DELETE /webhook-endpoints/{id}`: nothing more is sent there. Throws 404. */
export async function deleteEndpoint(
  client: DatabaseClient,
  context: AuditContext,
  scope: WebhookScope,
  id: WebhookEndpointId,
): Promise<void> {
  await transact(client, context, async (tx) => {
    if (!(await deleteEndpointRow(tx, scope, id))) throw noSuchEndpoint();
  });
}

/**
 * Sends to a disabled endpoint again: what was still pending, and what happens from now on. What happened meanwhile can be
 * replayed. Throws 404.
 */
export function enableEndpoint(
  client: DatabaseClient,
  context: AuditContext,
  scope: WebhookScope,
  id: WebhookEndpointId,
): Promise<WebhookEndpoint> {
  return transact(client, context, async (tx) => {
    const endpoint = await enableEndpointRow(tx, scope, id);
    if (!endpoint) throw noSuchEndpoint();
    return endpoint;
  });
}

export const noSuchEndpoint = () => new AppError("not_found", "There is no such webhook endpoint.");
