import type { DatabaseClient } from "@/db/client";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import type { PaymentGateway } from "@/lib/gateway/payment-gateway";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import { keyRing } from "@/lib/keys/key-ring";

/** What taking a payment needs of the world. */
export type PaymentServices = Readonly<{
  client: DatabaseClient;
  ring: KeyRing;
  gateway: PaymentGateway;
  gatewayTimeoutMs: number;
}>;

let gateway: PaymentGateway | null = null;

/** This process's own services, from its environment. */
export async function paymentServices(): Promise<PaymentServices> {
  gateway ??= createSandboxGateway({ baseUrl: env().SANDBOX_URL });
  return { client: database(), ring: await keyRing(), gateway, gatewayTimeoutMs: env().GATEWAY_TIMEOUT_MS };
}
