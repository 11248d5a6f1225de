import { PgBoss, type Queue } from "pg-boss";
import type { QueueDatabase } from "./connection";

/** The schema that the queue's tables are in. */
export const QUEUE_SCHEMA = "pgboss";

/** Twice the longest that a job can be without a word; a job that a process took with it into death is seen that soon. */
const WATCH_EVERY_SECONDS = 3;

/**
 * Asks the acquirer what became of something that is pending. At most one job for each, waiting or running. It is tried
 * again after a second or two, then ever more slowly up to an hour, for as long as it takes.
 */
export const RECONCILE = {
  name: "reconcile",
  policy: "exclusive",
  retryLimit: 1_000_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 3600,
  deleteAfterSeconds: 86_400,
} as const satisfies Queue;

type Duties = Readonly<{
  /** Makes and changes the queue's tables, as their owner. */
  migrate: boolean;
  /** Looks after jobs whose process is gone, and clears away finished ones. */
  supervise: boolean;
}>;

/** The job queue of this process. It does nothing until `start()`. */
export function jobQueue(db: QueueDatabase, { migrate, supervise }: Duties): PgBoss {
  return new PgBoss({
    db,
    schema: QUEUE_SCHEMA,
    migrate,
    supervise,
    superviseIntervalSeconds: WATCH_EVERY_SECONDS,
    monitorIntervalSeconds: WATCH_EVERY_SECONDS,
    maintenanceIntervalSeconds: 3600,
    // Nothing here depends on another job, and nobody looks at the queue's own records.
    flowIntervalSeconds: 86_400,
    schedule: false,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  });
}
