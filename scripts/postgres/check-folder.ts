import { accessSync, chmodSync, constants, mkdirSync, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Problem } from "../processes/problem";
import type { DatabaseUser } from "./database-user";
import { closedFolderAbove } from "./folder-access";

const NEEDED_BYTES = 500_000_000;
const ENTER_FOR_ALL = 0o111;

/** Makes DATA_DIR if need be and checks that this user can write in it. Throws a `Problem` that names the folder. */
export function prepareDataDir(dataDir: string): void {
  const folder = resolve(dataDir);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Problem(
      `The data folder ${folder} cannot be written (${cause instanceof Error ? cause.message : String(cause)}).`,
      "Run as the user who owns it, or choose another: DATA_DIR=/a/folder/of/yours",
      { cause },
    );
  }
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= NEEDED_BYTES) return;
  throw new Problem(
    `The disk is full: ${Math.floor((bavail * bsize) / 1e6)} MB are free for ${folder}, and the database needs 500 MB.`,
    "Free some space, or choose a folder on another disk: DATA_DIR=/a/folder/of/yours",
  );
}

/** Checks that the database user can get to the data folder. Throws a `Problem` that names the folder in the way. */
export function checkReachable(dataDir: string, user: DatabaseUser): void {
  if (user === null) return;
  const folder = resolve(dataDir);
  openOwnFolder(folder);
  const closed = closedFolderAbove(folder, user);
  if (closed === null) return;
  throw new Problem(
    `PostgreSQL does not run as root but as user ${user.uid}, who may not enter ${closed}, so it cannot use ${folder}.`,
    "Choose a data folder outside it (DATA_DIR=/var/lib/countinghouse), move the checkout, run as an ordinary user,\n" +
      `or let others pass through: chmod o+x ${closed}`,
  );
}

/** The folder itself is ours to open (only for passing through: each secret in it has mode 0600); those above are not. */
function openOwnFolder(folder: string): void {
  const { uid, mode } = statSync(folder);
  const mayOpen = uid === process.getuid?.() && folder !== dirname(folder);
  if (mayOpen && (mode & ENTER_FOR_ALL) !== ENTER_FOR_ALL) chmodSync(folder, (mode & 0o7777) | ENTER_FOR_ALL);
}
