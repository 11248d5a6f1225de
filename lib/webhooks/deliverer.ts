import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { DecryptionError } from "@/lib/crypto/crypto-errors";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { eventResource } from "@/lib/events/list-events";
import { withKeys } from "@/lib/keys/with-keys";
import type { Logger } from "@/lib/logging/logger";
import { recordDelivery } from "@/lib/metrics/instruments";
import { type Claim, claimDeliveries, type Settlement, settleDelivery } from "./attempt-store";
import { disableDeadEndpoint } from "./disable-dead-endpoint";
import { openWebhookSecret } from "./endpoint-secret";
import { waitAfter } from "./ladder";
import { type Attempted, INTERRUPTED, type Limits, postWebhook } from "./post-webhook";
import { webhookHeaders } from "./signature";

/** The contract's, for all of an attempt. */
export const TIMEOUT_MS = 10_000;
/** An attempt has ended and is noted before anybody else can take its delivery. */
const LEASE_MARGIN_SECONDS = 10;
/** Shorter than a server has for its end. */
const STOP_MS = 2000;
const IN_FLIGHT_MAX = 50;
/** On all servers together. */
const PER_ENDPOINT_MAX = 10;

export type DelivererServices = Readonly<{
  client: DatabaseClient;
  ring: () => Promise<KeyRing>;
  logger: Logger;
  allowPrivate: boolean;
  /** Where people look at what is told in a notice. */
  appUrl: string;
  timeoutMs?: number;
  resolve?: Limits["resolve"];
}>;

export type Deliverer = Readonly<{
  /** Takes what is due and begins to send it; true when there may be more. */
  turn: () => Promise<boolean>;
  /** Whether nothing that was begun is under way. */
  isIdle: () => boolean;
  /** Waits a little for what was begun; what has not ended by then is broken off, and due again at once. */
  stop: (graceMs?: number) => Promise<void>;
}>;

/**
 * Delivers events to webhook endpoints, on as many servers as there are.
 *
 * At least once: a server that dies over an attempt leaves a delivery that is sent again when its lease ends, under the same
 * `webhook-id`. The rows are the truth: nothing is lost, and no rung of the ladder forgotten, by any restart. Sending happens
 * outside of any transaction, and side by side.
 */
export function createDeliverer(services: DelivererServices): Deliverer {
  const inFlight = new Set<Promise<void>>();
  const stopping = new AbortController();
  const { client, timeoutMs = TIMEOUT_MS } = services;
  const share = { perEndpoint: PER_ENDPOINT_MAX, leaseSeconds: timeoutMs / 1000 + LEASE_MARGIN_SECONDS };

  async function turn(): Promise<boolean> {
    const limit = IN_FLIGHT_MAX - inFlight.size;
    if (limit === 0) {
      await Promise.race(inFlight);
      return true;
    }
    const claims = await transact(client, systemContext("webhooks"), (tx) => claimDeliveries(tx, { ...share, limit }));
    for (const claim of claims) {
      const delivery = deliver(services, claim, stopping.signal).finally(() => inFlight.delete(delivery));
      inFlight.add(delivery);
    }
    return claims.length > 0;
  }

  return {
    turn,
    isIdle: () => inFlight.size === 0,
    stop: async (graceMs = STOP_MS) => {
      const late = setTimeout(() => stopping.abort(), graceMs);
      await Promise.all(inFlight);
      clearTimeout(late);
    },
  };
}

/** Never rejects: what could not be noted is due again when its lease ends. */
async function deliver(services: DelivererServices, claim: Claim, stopped: AbortSignal): Promise<void> {
  try {
    const outcome = await attempt(services, claim, stopped);
    const settlement = settlementOf(claim, outcome);
    const decides = await settle(services, claim, outcome, settlement);
    const { statusCode: status, error, latencyMs: latency_ms } = outcome;
    recordDelivery(settlement.kind, latency_ms);
    const line = { ...described(claim), status, error, latency_ms, next: decides ? settlement.kind : "overtaken" };
    if (settlement.kind === "delivered") services.logger.info(line, "webhook delivered");
    else services.logger.warn(line, "webhook not delivered");
  } catch (error) {
    services.logger.error({ err: error, ...described(claim) }, "what came of a webhook could not be noted");
  }
}

async function attempt(services: DelivererServices, claim: Claim, stopped: AbortSignal): Promise<Attempted> {
  const { event, endpoint, nowSeconds } = claim;
  const { allowPrivate, timeoutMs = TIMEOUT_MS, resolve } = services;
  // Deleted at this very moment.
  if (endpoint.secrets.length === 0) return { statusCode: null, error: "endpoint_deleted", latencyMs: 0 };
  const body = JSON.stringify(eventResource(event));
  const signed = { id: event.id, timestamp: Math.floor(nowSeconds), body };
  let signatures: Record<string, string>;
  try {
    signatures = webhookHeaders(signed, await openSecrets(services, endpoint));
  } catch (error) {
    services.logger.error({ err: error, ...described(claim) }, "a webhook's secret cannot be opened");
    return {
      statusCode: null,
      error: error instanceof DecryptionError ? "secret_unreadable" : "key_missing",
      latencyMs: 0,
    };
  }
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Countinghouse-Webhooks/1",
    ...(event.requestId === null ? {} : { "x-request-id": event.requestId }),
    ...signatures,
  };
  return postWebhook(endpoint.url, headers, body, { allowPrivate, timeoutMs, stopped, ...(resolve && { resolve }) });
}

async function openSecrets({ ring }: DelivererServices, endpoint: Claim["endpoint"]): Promise<string[]> {
  const keys = await ring();
  return withKeys(keys, () => endpoint.secrets.map((sealed) => openWebhookSecret(keys, endpoint, sealed)));
}

/** Any 2xx is a delivery, and nothing else: a redirect is a failure, for it is not followed. */
function settlementOf({ rung }: Claim, { statusCode, error }: Attempted): Settlement {
  if (error === INTERRUPTED) return { kind: "interrupted" };
  if (statusCode !== null && statusCode >= 200 && statusCode < 300) return { kind: "delivered" };
  const inSeconds = waitAfter(rung, Math.random());
  return inSeconds === null ? { kind: "given_up" } : { kind: "retry", inSeconds };
}

function settle(
  { client, ring, appUrl }: DelivererServices,
  claim: Claim,
  outcome: Attempted,
  settlement: Settlement,
): Promise<boolean> {
  const { id, merchantId } = claim.endpoint;
  const context = { ...systemContext("webhooks"), merchantId };
  return transact(client, context, async (tx) => {
    const decides = await settleDelivery(tx, claim, outcome, settlement);
    if (decides && settlement.kind === "given_up") await disableDeadEndpoint(tx, ring, id, appUrl);
    return decides;
  });
}

/** Of a delivery nothing but this gets into a log: neither where to nor what. */
function described({ id, attempt: number, event, endpoint }: Claim) {
  const about = { delivery_id: id, attempt: number, event_id: event.id, endpoint_id: endpoint.id };
  return { ...about, origin_request_id: event.requestId };
}
