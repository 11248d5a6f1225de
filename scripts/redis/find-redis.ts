import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const USUAL = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/local/bin"];

/** The `redis-server` program: the one in REDIS_SERVER_PATH, else the PATH's, else one in a usual place. Null when there is none. */
export function findRedis(
  explicit: string | undefined = process.env.REDIS_SERVER_PATH,
  exists: (path: string) => boolean = existsSync,
  path: string = process.env.PATH ?? "",
): string | null {
  if (explicit) return explicit;
  const folders = [...path.split(delimiter).filter(Boolean), ...USUAL];
  return folders.map((folder) => join(folder, "redis-server")).find(exists) ?? null;
}
