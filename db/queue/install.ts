import { setTimeout as sleep } from "node:timers/promises";
import { jobQueue, QUEUE_SCHEMA, RECONCILE } from "./boss";
import { queueDatabase } from "./connection";

/** What the application's role may do there: put jobs in, take them out and note how they went. It changes no table's shape. */
const GRANTS = `
  grant usage on schema ${QUEUE_SCHEMA} to countinghouse_app;
  grant select, update (flow_on) on ${QUEUE_SCHEMA}.version to countinghouse_app;
  grant select, update on ${QUEUE_SCHEMA}.queue to countinghouse_app;
  grant select, insert, update, delete on ${QUEUE_SCHEMA}.job, ${QUEUE_SCHEMA}.job_common to countinghouse_app;
  grant select, update, delete on ${QUEUE_SCHEMA}.job_dependency, ${QUEUE_SCHEMA}.instance to countinghouse_app;`;

/** Makes the job queue's tables and queues, or brings them up to date, as the database's owner. Safe to run again. */
export async function installQueue(ownerUrl: string): Promise<void> {
  const database = queueDatabase(ownerUrl);
  const queue = jobQueue(database, { migrate: true, supervise: false });
  queue.on("error", () => undefined);
  try {
    await queue.start();
    const { name, policy, ...options } = RECONCILE;
    await queue.createQueue(name, { policy, ...options });
    await queue.updateQueue(name, options);
    // An update of the package builds its indexes while the queue is used.
    while ((await queue.getBamStatus()).some(({ status }) => status === "pending" || status === "in_progress")) {
      await sleep(1000);
    }
    await database.executeSql(GRANTS);
  } finally {
    await queue.stop({ graceful: false });
    await database.close();
  }
}
