import { type Loop, runLoop } from "@/lib/background/run-loop";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { keyRing } from "@/lib/keys/key-ring";
import { logger } from "@/lib/logging/logger";
import { createDeliverer } from "./deliverer";
import { DISPATCH_BATCH, dispatchEvents } from "./dispatch";
import type { WebhookServices } from "./manage-endpoints";
import { sweepDeliveries } from "./retention-store";

const DISPATCH_EVERY_MS = 500;
const DELIVER_EVERY_MS = 500;
const SWEEP_EVERY_MS = 60_000;

/** What managing endpoints needs, of this process. */
export async function webhookServices(): Promise<WebhookServices> {
  return { client: database(), ring: await keyRing(), allowPrivate: env().WEBHOOK_ALLOW_PRIVATE };
}

/** Hands events on and delivers them, in this process, from its environment. Any number of processes may. */
export function startOwnWebhooks(): Loop {
  const client = database();
  const { WEBHOOK_ALLOW_PRIVATE: allowPrivate, APP_URL: appUrl } = env();
  const deliverer = createDeliverer({ client, ring: keyRing, logger, allowPrivate, appUrl });
  const loops = [
    runLoop("webhook dispatcher", DISPATCH_EVERY_MS, async () => (await dispatchEvents(client)) === DISPATCH_BATCH),
    runLoop("webhook deliverer", DELIVER_EVERY_MS, deliverer.turn),
    runLoop("webhook sweeper", SWEEP_EVERY_MS, () => sweepDeliveries(client.db)),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await deliverer.stop();
    },
  };
}
