import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { z } from "zod";
import type { PostgresBinaries } from "./binaries";
import type { DatabaseUser } from "./database-user";
import { closedFolderAbove } from "./folder-access";

/** Only root writes here, so nobody else can have put a program in it. */
const CACHE = "/var/cache/countinghouse";

/**
 * The programs at a place where the database user can run them. A checkout of root's is often closed to other users
 * (one under /root, or in a folder from `mktemp -d`): then the programs, which are public, are copied out of it once.
 */
export function reachableBinaries(binaries: PostgresBinaries, user: DatabaseUser): PostgresBinaries {
  const bin = dirname(binaries.postgres);
  if (user === null || closedFolderAbove(bin, user) === null) return binaries;
  const original = dirname(bin);
  const copy = join(CACHE, `postgresql-${versionOf(original)}`);
  if (!existsSync(copy)) copyWhole(original, copy);
  const moved = (path: string) => join(copy, relative(original, path));
  return { initdb: moved(binaries.initdb), postgres: moved(binaries.postgres) };
}

function versionOf(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(folder), "package.json"), "utf8"));
  const { name, version } = z.object({ name: z.string(), version: z.string() }).parse(manifest);
  return `${basename(name)}-${version}`;
}

function copyWhole(from: string, to: string): void {
  mkdirSync(CACHE, { recursive: true });
  chmodSync(CACHE, 0o755); // whatever root's umask says
  const draft = mkdtempSync(join(CACHE, "draft-"));
  try {
    const inside = join(draft, "native");
    cpSync(from, inside, { recursive: true, verbatimSymlinks: true });
    renameSync(inside, to);
  } catch (error) {
    if (!existsSync(to)) throw error; // else another start was faster, with the same files
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
