import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { captureConsole } from "@/lib/logging/capture-console";
import { setLogLevel } from "@/lib/logging/logger";
import { startMetrics } from "@/lib/metrics/start-metrics";
import { ownPending, startOwnReconciler } from "@/lib/reconciler/own-reconciler";
import { startOwnWebhooks } from "@/lib/webhooks/own-webhooks";
import { startKeysLoop } from "./keys-loop";
import type { Loop } from "./run-loop";

/** What a process of its own does for servers whose WORKER is `off`. Throws for a bad environment. */
export function startWorker(): Loop {
  setLogLevel(env().LOG_LEVEL);
  captureConsole();
  const metrics = startMetrics(ownPending);
  const loops = [startOwnReconciler(), startOwnWebhooks(), startKeysLoop()];
  // The loops' own timers keep no process alive, and neither does a database that is away.
  const alive = setInterval(() => undefined, 60_000);
  return {
    stop: async () => {
      clearInterval(alive);
      await Promise.all(loops.map((loop) => loop.stop()));
      await metrics.stop();
      await database().close();
    },
  };
}
