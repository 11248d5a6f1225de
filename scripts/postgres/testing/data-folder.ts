import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach } from "vitest";
import { type RunningPostgres, startPostgres } from "../start-postgres";

/** A data folder for each test, and the databases that are started in it, which end with it. */
export function dataFolderPerTest() {
  let dataDir = "";
  let running: RunningPostgres[] = [];
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "start-postgres-"));
    running = [];
  });
  afterEach(async () => {
    for (const { stop } of running) await stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    dataDir: () => dataDir,
    start: async (port?: number): Promise<RunningPostgres> => {
      const started = await startPostgres({ dataDir, port });
      running.push(started);
      return started;
    },
  };
}

/** The first value of the first row. */
export async function query(url: string, statement: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return (await sql.unsafe(statement)).map((row) => Object.values(row))[0]?.[0];
  } finally {
    await sql.end();
  }
}
