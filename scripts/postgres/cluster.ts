import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writePrivate } from "../data-dir/write-private";
import { Problem } from "../processes/problem";
import { runCommand } from "../processes/run-command";
import { POSTGRES_ENVIRONMENT, type PostgresBinaries } from "./binaries";
import type { DatabaseUser } from "./database-user";

const MAJOR = "18";
const UNFINISHED = ".unfinished-";

type NewCluster = Readonly<{
  binaries: PostgresBinaries;
  user: DatabaseUser;
  password: string;
  signal?: AbortSignal | undefined;
}>;

/** The folder of the database cluster. It exists only whole: see `createCluster`. */
export function clusterFolder(dataDir: string): string {
  return join(dataDir, "postgres");
}

/**
 * Whether there is a cluster to start. Throws a `Problem` for one of another major version, whose files this
 * PostgreSQL cannot read.
 */
export function hasCluster(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const version = readFileSync(join(folder, "PG_VERSION"), "utf8").trim();
  if (version === MAJOR) return true;
  throw new Problem(
    `${folder} was made by PostgreSQL ${version}; this is PostgreSQL ${MAJOR}.`,
    "Choose another DATA_DIR, or remove that one to start with a new, empty database.",
  );
}

/**
 * Makes a new cluster under another name and renames it when it is complete: initdb writes PG_VERSION first, so a
 * half-finished one cannot be told by its content.
 */
export async function createCluster(folder: string, { binaries, user, password, signal }: NewCluster): Promise<void> {
  removeDrafts(folder);
  const draft = mkdtempSync(`${folder}${UNFINISHED}`);
  const passwordFile = `${draft}.password`;
  writePrivate(passwordFile, `${password}\n`);
  if (user !== null) for (const path of [draft, passwordFile]) chownSync(path, user.uid, user.gid);
  try {
    const { code, output } = await runCommand(binaries.initdb, initdbArguments(draft, passwordFile), {
      ...user,
      cwd: draft,
      env: POSTGRES_ENVIRONMENT,
      ...(signal && { signal }),
    });
    if (code !== 0) throw new Error(`The database could not be created. initdb says:\n${output.trim()}`);
    renameSync(draft, folder);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** What killed runs left. An initdb of theirs that still runs then fails by itself: each has a draft of its own. */
function removeDrafts(folder: string): void {
  const parent = dirname(folder);
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(`${basename(folder)}${UNFINISHED}`)) continue;
    rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** The built-in locale sorts the same on every machine, whatever its C library knows. */
function initdbArguments(folder: string, passwordFile: string): readonly string[] {
  return [
    `--pgdata=${folder}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--data-checksums",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ];
}
