import { jobQueue, RECONCILE } from "@/db/queue/boss";
import { queueDatabase } from "@/db/queue/connection";
import { type Loop, runLoop } from "@/lib/background/run-loop";
import { logger } from "@/lib/logging/logger";
import type { PaymentServices } from "@/lib/payments/payment-services";
import { enqueuer, work } from "./jobs";
import { nameAcquirer } from "./name-acquirer-store";
import { remember } from "./remember";
import { tellOfElsewhere } from "./tell-of-elsewhere";

type Options = Readonly<{
  /** The application's role's. */
  databaseUrl: string;
  services: () => Promise<PaymentServices>;
  /** How long something may be pending before the acquirer is asked, in milliseconds; by default until its own call is over for sure. */
  dueAfterMs?: number;
}>;

const LOOK_EVERY_MS = 1000;
/** How often it is looked whether something waits for another acquirer, or says of none. */
const TELL_EVERY_MS = 15_000;
/** Asked at the same time, by one process: workers, and jobs of each. A silent acquirer takes a whole deadline for each job. */
const WORKERS = 5;
const JOBS_OF_EACH = 40;
const OF_WORK = {
  ...{ localConcurrency: WORKERS, batchSize: JOBS_OF_EACH },
  ...{ burstWhenBatchFull: true, pollingIntervalSeconds: 1, perJobResults: true },
} as const;
/** Shorter than a server has for its end. */
const STOP_MS = 3000;

/**
 * Learns from the acquirer what became of everything that is pending: payments, captures, voids and refunds.
 *
 * The rows themselves are the truth. Whatever is older than its call's deadline is put into the queue, again and again, so
 * that a job that got lost is made anew; the queue keeps one job for each, and tries it ever more slowly. What was begun at
 * another acquirer is left alone, and told of once. Any number of processes may do this at once.
 */
export function startReconciler({ databaseUrl, services, dueAfterMs }: Options): Loop {
  const database = queueDatabase(databaseUrl);
  const queue = jobQueue(database, { migrate: false, supervise: true });
  queue.on("error", (error) => logger.error({ err: error }, "the job queue reports an error"));
  const enqueue = enqueuer(queue, services, dueAfterMs);
  const tell = remember(TELL_EVERY_MS, async () => {
    const ready = await services();
    await nameAcquirer(ready);
    await tellOfElsewhere(ready);
  });
  let isWorking = false;
  const loop = runLoop("reconciler", LOOK_EVERY_MS, async () => {
    if (!isWorking) {
      await queue.start();
      await queue.work(RECONCILE.name, OF_WORK, async (jobs) => {
        const ready = await services();
        return Promise.all(jobs.map(({ id, data }) => work(ready, id, data)));
      });
      isWorking = true;
    }
    await enqueue();
    await tell();
    return false;
  });
  return {
    stop: async () => {
      await loop.stop();
      await queue.stop({ timeout: STOP_MS });
      await database.close();
    },
  };
}
