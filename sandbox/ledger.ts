import { DatabaseSync } from "node:sqlite";
import { LEDGER_SCHEMA } from "./ledger-schema";

export type Ledger = Readonly<{
  database: DatabaseSync;
  /**
   * Runs the job in a transaction and resolves with its value once that is on disk. A job that throws is undone
   * alone and rejects. Jobs run one after another, so what one reads no other changes under it.
   */
  write<T>(job: () => T): Promise<T>;
  close(): void;
}>;

type Settle = () => void;
type QueuedJob = Readonly<{ run: () => Settle; fail: (cause: unknown) => void }>;

/**
 * Opens the ledger file, creating it where there is none. WAL with `synchronous = FULL`: a commit is in the file
 * before anyone is told of it, whatever dies next.
 */
export function openLedger(path: string): Ledger {
  const database = new DatabaseSync(path, { readBigInts: true, timeout: 5_000 });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
  database.exec(LEDGER_SCHEMA);
  let queue: QueuedJob[] = [];

  // A commit waits for the disk. Jobs that arrived meanwhile share the next one instead of waiting for one each.
  function flush(): void {
    if (queue.length === 0) return;
    const jobs = queue;
    queue = [];
    try {
      database.exec("BEGIN IMMEDIATE");
      const settles = jobs.map((job) => runInSavepoint(database, job));
      database.exec("COMMIT");
      for (const settle of settles) settle();
    } catch (cause) {
      if (database.isTransaction) database.exec("ROLLBACK");
      for (const job of jobs) job.fail(cause);
    }
  }

  return {
    database,
    write: (job) =>
      new Promise((resolve, reject) => {
        if (queue.length === 0) setImmediate(flush);
        const run = () => {
          const value = job();
          return () => resolve(value);
        };
        queue.push({ run, fail: reject });
      }),
    close: () => {
      flush();
      database.close();
    },
  };
}

function runInSavepoint(database: DatabaseSync, job: QueuedJob): Settle {
  database.exec("SAVEPOINT job");
  try {
    const settle = job.run();
    database.exec("RELEASE job");
    return settle;
  } catch (cause) {
    database.exec("ROLLBACK TO job; RELEASE job");
    return () => job.fail(cause);
  }
}
