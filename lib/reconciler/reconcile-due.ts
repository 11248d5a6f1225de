import type { JobResult } from "pg-boss";
import { jobQueue, RECONCILE } from "@/db/queue/boss";
import { queueDatabase } from "@/db/queue/connection";
import { logger } from "@/lib/logging/logger";
import type { PaymentServices } from "@/lib/payments/payment-services";
import { enqueuer, work } from "./jobs";
import { tellOfElsewhere } from "./tell-of-elsewhere";

type Options = Readonly<{
  /** The application's role's. */
  databaseUrl: string;
  services: () => Promise<PaymentServices>;
  dueAfterMs?: number;
}>;

/** Asked at the same time: as many as a process that does nothing else asks. */
const JOBS_AT_ONCE = 200;

/**
 * Asks the acquirer once about what is due and takes new jobs for as long as `mayGoOn` says, then returns: for a platform where
 * no process lives for long. The same queue and the same jobs as the loop's, so that both may run, and each as often as it
 * likes. True when more is due.
 */
export async function reconcileDue(
  { databaseUrl, services, dueAfterMs }: Options,
  mayGoOn: () => boolean,
): Promise<boolean> {
  const database = queueDatabase(databaseUrl);
  const queue = jobQueue(database, { migrate: false, supervise: false });
  queue.on("error", (error) => logger.error({ err: error }, "the job queue reports an error"));
  try {
    const ready = await services();
    await queue.start();
    // Jobs whose process died over them are taken again.
    await queue.supervise(RECONCILE.name);
    const enqueue = enqueuer(queue, async () => ready, dueAfterMs);
    while ((await enqueue()) && mayGoOn());
    await tellOfElsewhere(ready);
    while (mayGoOn()) {
      const jobs = await queue.fetch(RECONCILE.name, { batchSize: JOBS_AT_ONCE });
      if (jobs.length === 0) return false;
      const results = await Promise.all(jobs.map(({ id, data }) => work(ready, id, data)));
      await settle(
        results,
        (id) => queue.complete(RECONCILE.name, id),
        (id, output) => queue.fail(RECONCILE.name, id, output),
      );
    }
    return true;
  } finally {
    await queue.stop({ graceful: false });
    await database.close();
  }
}

/** A job that cannot be noted runs out, and is made anew from its row. */
async function settle(
  results: readonly JobResult[],
  complete: (ids: string[]) => Promise<unknown>,
  fail: (id: string, output: object) => Promise<unknown>,
): Promise<void> {
  const done = results.filter(({ status }) => status === "completed").map(({ id }) => id);
  if (done.length > 0) await complete(done);
  for (const { id, status, output } of results) {
    if (status === "failed") await fail(id, typeof output === "object" && output !== null ? output : {});
  }
}
