/**
 * A server that dies at the worst moment, for a test to kill: it begins a payment, has the acquirer charge, tells the test
 * so and never writes the answer down. Its one argument is a JSON object, as `Settings` has it.
 */
import { connect } from "@/db/client";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import type { IdempotentRequest } from "@/lib/idempotency/idempotency-store";
import { loadKeyRing } from "@/lib/keys/load-key-ring";
import { createPayment } from "../create-payment";
import { paymentInput } from "../payment-input";
import { contextOf } from "./payment-desk";

type Settings = Readonly<{
  databaseUrl: string;
  masterKey: string;
  acquirerUrl: string;
  request: Omit<IdempotentRequest, "fingerprint"> & { fingerprint: string };
  body: unknown;
}>;

const { databaseUrl, masterKey, acquirerUrl, request, body } = JSON.parse(process.argv[2] ?? "{}") as Settings;
const client = connect(databaseUrl, { poolSize: 2, statementTimeoutMs: 5000 });
const acquirer = createSandboxGateway({ baseUrl: acquirerUrl });
const { merchantId, mode } = request;

await createPayment(
  {
    client,
    ring: await loadKeyRing(client, masterKey),
    gatewayTimeoutMs: 5000,
    gateway: {
      ...acquirer,
      charge: async (charge, options) => {
        await acquirer.charge(charge, options);
        process.stdout.write("charged\n");
        return Promise.withResolvers<never>().promise;
      },
    },
  },
  contextOf(merchantId),
  { ...request, fingerprint: Buffer.from(request.fingerprint, "hex") },
  { ...paymentInput.parse(body), scope: { merchantId, mode } },
);
