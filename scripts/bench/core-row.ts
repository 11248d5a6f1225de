import { randomBytes } from "node:crypto";
import { connect, type DatabaseClient } from "@/db/client";
import { findApiKey } from "@/lib/api-keys/api-key-store";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import { requestFingerprint } from "@/lib/idempotency/request-fingerprint";
import { newId } from "@/lib/ids/id";
import { openLiveKeyRing } from "@/lib/keys/live-key-ring";
import { createPayment } from "@/lib/payments/create-payment";
import { paymentInput } from "@/lib/payments/payment-input";
import type { PaymentServices } from "@/lib/payments/payment-services";
import { admitRequest } from "@/lib/rate-limit/postgres-limit-store";
import { compare } from "./compare";
import { paymentCalls, type Target } from "./http-rows";
import { applyLoad, type Call, CONCURRENCY } from "./load";
import type { Row } from "./row";

const ROUND_MS = 4000;
const PATH = "/api/v1/payments";
const QUOTA = { limit: 1_000_000, windowSeconds: 60 };

type Core = Readonly<{ databaseUrl: string; masterKeys: string; target: Target; cards: readonly string[] }>;

/**
 * Payments over HTTP against the same statements from this process: key, nonce and quota, and the payment, in the same number
 * at once. What is missing there is the server's HTTP, the signature, and the acquirer, which answers from memory.
 */
export async function coreRow({ databaseUrl, masterKeys, target, cards }: Core): Promise<Row> {
  const client = connect(databaseUrl, { poolSize: CONCURRENCY, statementTimeoutMs: 10_000 });
  try {
    const services: PaymentServices = {
      client,
      ring: await openLiveKeyRing(client, masterKeys),
      gateway: approving(),
      gatewayTimeoutMs: 5000,
    };
    const next = paymentCalls(target, cards);
    return await compare({
      name: "POST /payments, of its own SQL",
      ours: async () => {
        const load = await applyLoad({ port: target.port, next, expectedStatus: 201, durationMs: ROUND_MS });
        return load.perSecond;
      },
      floor: { name: "the same SQL without HTTP", measure: () => coreRate(services, target.key.id, next) },
      goal: null,
    });
  } finally {
    await client.close();
  }
}

/** The sandbox's account, so that the server knows these payments as its own; every charge is approved at once. */
function approving(): PaymentServices["gateway"] {
  const sandbox = createSandboxGateway({ baseUrl: "http://127.0.0.1:9" });
  return { ...sandbox, charge: async () => ({ kind: "approved", state: "captured", gatewayReference: newId("req") }) };
}

async function coreRate(services: PaymentServices, keyId: string, next: () => Call): Promise<number> {
  const startedAt = performance.now();
  let done = 0;
  const payer = async () => {
    while (performance.now() - startedAt < ROUND_MS) {
      await payOnce(services, keyId, next());
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, payer));
  return (done * 1000) / (performance.now() - startedAt);
}

async function payOnce(services: PaymentServices, keyId: string, { body }: Call): Promise<void> {
  const { client, ring } = services;
  const { key } = await findApiKey(client.db, keyId);
  if (!key) throw new Error("the demo's key is gone");
  const { merchantId, mode } = key;
  const nonce = randomBytes(18).toString("base64url");
  await admit(client, keyId, nonce, `create_payment:${merchantId}:${mode}`);
  const json: unknown = JSON.parse(body);
  const request = {
    ...{ merchantId, mode, key: nonce, method: "POST", path: PATH },
    fingerprint: requestFingerprint(ring, [merchantId, mode, "POST", PATH], json),
  };
  const actor = { type: "api_key", id: keyId } as const;
  const context = { actor, merchantId, ip: "127.0.0.1", userAgent: "bench", requestId: newId("req") };
  const order = { ...paymentInput.parse(json), scope: { merchantId, mode } };
  const { status } = await createPayment(services, context, request, order);
  if (status !== 201) throw new Error(`expected 201, and the payment answered ${status}`);
}

async function admit({ db }: DatabaseClient, apiKeyId: string, nonce: string, subject: string): Promise<void> {
  const { kind } = await admitRequest(db, { apiKeyId, nonce, subject, quota: QUOTA });
  if (kind === "replayed") throw new Error("a fresh nonce was called a replay");
}
