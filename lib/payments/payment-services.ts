import type { DatabaseClient } from "@/db/client";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import type { PaymentGateway } from "@/lib/gateway/payment-gateway";
import { processGateway } from "@/lib/gateway/process-gateway";
import { keyRing } from "@/lib/keys/key-ring";

/** What taking a payment needs of the world. */
export type PaymentServices = Readonly<{
  client: DatabaseClient;
  ring: KeyRing;
  gateway: PaymentGateway;
  gatewayTimeoutMs: number;
}>;

/** This process's own services, from its environment. */
export async function paymentServices(): Promise<PaymentServices> {
  return {
    client: database(),
    ring: await keyRing(),
    gateway: processGateway(),
    gatewayTimeoutMs: env().GATEWAY_TIMEOUT_MS,
  };
}

/** Beyond the acquirer's deadline, in milliseconds: a holder that lives has answered by then. */
const LEASE_MARGIN_MS = 3000;

/** How long a key is held for one call to the acquirer, in milliseconds. */
export function leaseMs({ gatewayTimeoutMs }: PaymentServices): number {
  return gatewayTimeoutMs + LEASE_MARGIN_MS;
}
