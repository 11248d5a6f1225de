import { setTimeout as sleep } from "node:timers/promises";
import { type Loop, runLoop } from "@/lib/background/run-loop";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { keyRing } from "@/lib/keys/key-ring";
import { logger } from "@/lib/logging/logger";
import { createDeliverer, type Deliverer, TIMEOUT_MS } from "./deliverer";
import { DISPATCH_BATCH, dispatchEvents } from "./dispatch";
import type { WebhookServices } from "./manage-endpoints";
import { forgetOldSecrets, sweepDeliveries } from "./retention-store";

const DISPATCH_EVERY_MS = 500;
const DELIVER_EVERY_MS = 500;
const SWEEP_EVERY_MS = 60_000;

/** What managing endpoints needs, of this process. */
export async function webhookServices(): Promise<WebhookServices> {
  return { client: database(), ring: await keyRing(), allowPrivate: env().WEBHOOK_ALLOW_PRIVATE };
}

/** Delivers by this process's environment. */
function ownDeliverer(): Deliverer {
  const { WEBHOOK_ALLOW_PRIVATE: allowPrivate, APP_URL: appUrl } = env();
  return createDeliverer({ client: database(), ring: keyRing, logger, allowPrivate, appUrl });
}

/** One step each; true when there is more to do at once. */
const dispatchTurn = async () => (await dispatchEvents(database())) === DISPATCH_BATCH;
export async function sweepWebhooks(): Promise<boolean> {
  const client = database();
  const [secrets, deliveries] = [await forgetOldSecrets(client), await sweepDeliveries(client.db)];
  return secrets || deliveries;
}

/** Hands events on and delivers them, in this process, from its environment. Any number of processes may. */
export function startOwnWebhooks(): Loop {
  const deliverer = ownDeliverer();
  const loops = [
    runLoop("webhook dispatcher", DISPATCH_EVERY_MS, dispatchTurn),
    runLoop("webhook deliverer", DELIVER_EVERY_MS, deliverer.turn),
    runLoop("webhook sweeper", SWEEP_EVERY_MS, sweepWebhooks),
  ];
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await deliverer.stop();
    },
  };
}

/** Between two looks for what has become due behind an attempt that is under way. */
const LOOK_EVERY_MS = 100;
/** What was begun last has its whole time, and is noted. */
const END_MS = TIMEOUT_MS + 1000;

/**
 * Hands on and delivers what is due for as long as `mayGoOn` says, and returns when what was begun has ended: for a platform
 * where no process lives for long. True when it had to leave something.
 */
export async function deliverDueWebhooks(mayGoOn: () => boolean): Promise<boolean> {
  while ((await dispatchTurn()) && mayGoOn());
  const deliverer = ownDeliverer();
  try {
    while (mayGoOn()) {
      const wasIdle = deliverer.isIdle();
      if (await deliverer.turn()) continue;
      if (wasIdle) return false;
      await sleep(LOOK_EVERY_MS);
    }
    return true;
  } finally {
    await deliverer.stop(END_MS);
  }
}
