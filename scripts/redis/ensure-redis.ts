import { canInstallWithApt, installWithApt } from "../processes/install-with-apt";
import { Problem } from "../processes/problem";
import { findRedis } from "./find-redis";

/** A `redis-server` for the tests, installed if there is none. Throws a `Problem` when that cannot be done here. */
export async function ensureRedis(): Promise<string> {
  const found = findRedis();
  if (found !== null) return found;
  const output = canInstallWithApt() ? await installWithApt("redis-server") : "only root installs Debian packages";
  const installed = findRedis();
  if (installed !== null) return installed;
  throw new Problem(
    `There is no redis-server for the tests, and it could not be installed:\n${output.trim().slice(-2000)}`,
    "Install one (Debian, Ubuntu: sudo apt-get install redis-server), or name one: REDIS_SERVER_PATH=/path/to/redis-server npm test",
  );
}
