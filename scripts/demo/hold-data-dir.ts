import { join } from "node:path";
import { checkReachable, prepareDataDir } from "../postgres/check-folder";
import { clusterFolder } from "../postgres/cluster";
import { databaseUser } from "../postgres/database-user";
import { isPortFree } from "../processes/ports";
import { Problem } from "../processes/problem";
import { tryLock } from "../processes/process-lock.mjs";
import { endFormerServices } from "../processes/run-record";
import type { DemoSettings } from "./settings";

/**
 * Makes DATA_DIR ours alone and ends what a killed run left of it; then checks that the port is free. Returns what
 * gives the folder back. Throws a `Problem` when another demo runs on it, the port is taken, or the folder will not do:
 * all that can go wrong at once goes wrong before anything takes time.
 */
export async function holdDataDir({ dataDir, port, url }: DemoSettings): Promise<() => void> {
  prepareDataDir(dataDir);
  checkReachable(dataDir, await databaseUser(clusterFolder(dataDir)));
  const lock = await tryLock(join(dataDir, "demo.lock"), url);
  if (!lock.held) {
    throw new Problem(
      `A demo is already running on ${dataDir}: ${lock.holder.note} (process ${lock.holder.pid}).`,
      "Use that one, stop it (Ctrl-C where it runs), or start another with a folder and port of its own:\n" +
        "PORT=3100 DATA_DIR=.data-2 npm run demo",
    );
  }
  await endFormerServices(dataDir);
  if (await isPortFree(port)) return lock.release;
  lock.release();
  throw new Problem(
    `Port ${port} is taken by another program.`,
    `Set PORT to a free one: PORT=${port + 100} npm run demo`,
  );
}
