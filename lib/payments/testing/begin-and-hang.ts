/**
 * A server that dies at the worst moment, for a test to kill: it begins a payment or a refund, stops dead where it is told to,
 * says so and does nothing more. Its one argument is a JSON object, as `Settings` has it.
 */
import { connect, type DatabaseClient } from "@/db/client";
import type { PaymentGateway } from "@/lib/gateway/payment-gateway";
import { createSandboxGateway } from "@/lib/gateway/sandbox-gateway";
import { loadKeyRing } from "@/lib/keys/load-key-ring";
import { createPayment } from "../create-payment";
import { paymentInput } from "../payment-input";
import { refundPayment } from "../refund-payment";
import type { Hang, Settings } from "./kill-server";
import { contextOf } from "./payment-desk";

await run(JSON.parse(process.argv[2] ?? "{}") as Settings);

async function run({ databaseUrl, masterKey, acquirerUrl, hang, calls, request, call }: Settings): Promise<void> {
  const client = connect(databaseUrl, { poolSize: 10, statementTimeoutMs: 5000 });
  const services = {
    client: stoppingAtCommits(client, hang),
    ring: await loadKeyRing(client, masterKey),
    gatewayTimeoutMs: 5000,
    gateway: stoppingAtCalls(createSandboxGateway({ baseUrl: acquirerUrl }), hang),
  };
  const { merchantId, mode } = request;
  const context = contextOf(merchantId);
  const keyed = { ...request, fingerprint: Buffer.from(request.fingerprint, "hex") };
  const once = () =>
    call.kind === "refund"
      ? refundPayment(services, context, keyed, call.order)
      : createPayment(services, context, keyed, { ...paymentInput.parse(call.body), scope: { merchantId, mode } });
  await Promise.all(Array.from({ length: calls }, once));
}

function stopDead(): Promise<never> {
  process.stdout.write("stopped\n");
  return Promise.withResolvers<never>().promise;
}

function stoppingAtCalls(real: PaymentGateway, hang: Hang): PaymentGateway {
  const around =
    <Request, Options, Outcome>(ask: (request: Request, options: Options) => Promise<Outcome>) =>
    async (request: Request, options: Options): Promise<Outcome> => {
      if (hang === "before the call") return stopDead();
      const outcome = await ask(request, options);
      return hang === "after the call" ? stopDead() : outcome;
    };
  return { ...real, charge: around(real.charge), refund: around(real.refund) };
}

/** Its transactions stop at their COMMIT: before it is sent, or after it has been answered. */
function stoppingAtCommits(client: DatabaseClient, hang: Hang): DatabaseClient {
  let commits = 0;
  const send = async (commit: () => Promise<unknown>) => {
    commits += 1;
    if (hang === (commits === 1 ? "before the first commit" : "before the last commit")) return stopDead();
    const answer = await commit();
    return commits === 2 && hang === "after the last commit" ? stopDead() : answer;
  };
  const acquire = async () => {
    const connection = await client.transactions.acquire();
    const unsafe = (...sent: unknown[]) => {
      const statement = () => Reflect.apply(connection.sql.unsafe, connection.sql, sent);
      return sent[0] === "commit" ? send(statement) : statement();
    };
    return { ...connection, sql: new Proxy(connection.sql, { get: () => unsafe }) };
  };
  return { ...client, db: client.db, pool: client.pool, transactions: { ...client.transactions, acquire } };
}
