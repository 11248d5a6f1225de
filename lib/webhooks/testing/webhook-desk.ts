import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { eq, type SQL, sql } from "drizzle-orm";
import { systemContext } from "@/db/audit-context";
import { webhookEndpoints } from "@/db/schema";
import { transact } from "@/db/transact";
import { type EventType, insertEvent } from "@/lib/events/event-store";
import { type MerchantId, newId, type WebhookEndpointId } from "@/lib/ids/id";
import { logger, setLogLevel } from "@/lib/logging/logger";
import { createPaymentWorld, TEST_MASTER_KEY } from "@/lib/payments/testing/payment-world";
import { createDeliverer, type DelivererServices } from "../deliverer";
import { listDeliveries } from "../delivery-store";
import { DISPATCH_BATCH, dispatchEvents } from "../dispatch";
import { addEndpoint } from "../manage-endpoints";

export type WebhookDesk = Awaited<ReturnType<typeof openWebhookDesk>>;

/** A database with merchants who are told of events that happen by hand. */
export async function openWebhookDesk() {
  const world = await createPaymentWorld();
  setLogLevel("error");
  const { client, ring } = world;
  const scopeOf = (merchantId: MerchantId) => ({ merchantId, mode: "test" }) as const;
  const contextOf = (merchantId: MerchantId) => ({ ...systemContext("test"), merchantId, requestId: "req_test" });

  const dispatch = async () => {
    while ((await dispatchEvents(client)) === DISPATCH_BATCH);
  };
  const deliverer = (changes: Partial<DelivererServices> = {}) =>
    createDeliverer({
      ...{ client, ring: async () => ring, logger, allowPrivate: true, appUrl: "http://localhost:44000" },
      ...changes,
    });
  return {
    world,
    scopeOf,
    contextOf,
    addMerchant: world.addMerchant,
    addEndpoint: async (merchantId: MerchantId, url: string, events: readonly string[] = ["*"]) => {
      const made = await transact(client, contextOf(merchantId), (tx) =>
        addEndpoint(tx, ring, scopeOf(merchantId), { url, events }),
      );
      return { id: made.endpoint.id, secret: made.secret };
    },
    /** Something happens; the number stands for what it is about. */
    tell: (merchantId: MerchantId, type: EventType, resourceId: string = newId("pay")) =>
      transact(client, contextOf(merchantId), (tx) =>
        insertEvent(tx, { scope: scopeOf(merchantId), type, resourceId, data: { id: resourceId, note: "naïve ☕" } }),
      ),
    dispatch,
    deliverer,
    /** Hands on and sends whatever is due, until nothing is. */
    run: async (changes: Partial<DelivererServices> = {}) => {
      await dispatch();
      const mine = deliverer(changes);
      do await mine.stop(60_000);
      while (await mine.turn());
    },
    deliveries: async (endpointId: WebhookEndpointId) => {
      const page = await listDeliveries(client.db, endpointId, {}, { limit: 100, cursor: null });
      return page.rows.toReversed();
    },
    /** As the passing of time does. */
    makeDue: (endpointId: WebhookEndpointId) =>
      world.tamper(sql`update webhook_deliveries
        set next_attempt_at = now(), lease_until = case when lease_until is not null then now() end
        where endpoint_id = ${endpointId} and state = 'pending'`),
    setDeliveries: (endpointId: WebhookEndpointId, change: SQL) =>
      world.tamper(sql`update webhook_deliveries set ${change} where endpoint_id = ${endpointId}`),
    setEndpoint: (endpointId: WebhookEndpointId, change: SQL) =>
      world.tamper(sql`update webhook_endpoints set ${change} where id = ${endpointId}`),
    endpoint: async (endpointId: WebhookEndpointId) => {
      const [row] = await world.owner.db.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, endpointId));
      if (!row) throw new Error("there is no such endpoint");
      return row;
    },
    /** A process of its own that hands on and delivers, with a server's environment. */
    startProcess: () => {
      const script = fileURLToPath(new URL("./webhook-process.ts", import.meta.url));
      const env: NodeJS.ProcessEnv = {
        ...{ DATABASE_URL: world.database.appUrl, MASTER_KEY: TEST_MASTER_KEY },
        ...{ APP_URL: "http://localhost:44000", SANDBOX_URL: "http://127.0.0.1:9", AUTH_SECRET: "a".repeat(32) },
        ...{ LOG_LEVEL: "error", WEBHOOK_ALLOW_PRIVATE: "true" },
        NODE_ENV: "test",
      };
      return spawn(process.execPath, ["--import", "tsx", script], { env, stdio: ["ignore", "inherit", "inherit"] });
    },
    close: world.close,
  };
}
