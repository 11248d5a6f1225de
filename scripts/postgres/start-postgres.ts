import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { hasSecret, keptSecret } from "../data-dir/secrets";
import { freePort } from "../processes/ports";
import { Problem } from "../processes/problem";
import { postgresBinaries } from "./binaries";
import { checkReachable, prepareDataDir } from "./check-folder";
import { clusterFolder, createCluster, hasCluster } from "./cluster";
import { databaseUser } from "./database-user";
import { endFormerPostmaster } from "./former-postmaster";
import { PortTaken, type Postmaster, type PostmasterOptions, startPostmaster } from "./postmaster";
import { reachableBinaries } from "./reachable-binaries";
import { type DatabaseUrls, databaseUrls, ensureRolesAndDatabase } from "./roles";

export type PostgresOptions = Readonly<{
  /** Holds the cluster (`postgres/`), the passwords (`secrets.json`) and the log (`logs/postgres.log`). */
  dataDir: string;
  /** Taken if it is free; else, and by default, the system picks one. */
  port?: number | undefined;
  /** More server settings, such as `fsync: "off"` for tests. */
  settings?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
}>;

export type RunningPostgres = DatabaseUrls & Postmaster & Readonly<{ port: number; logFile: string }>;

const PORT_TRIES = 5;
const SECTION = "postgres";
const password = z.string().regex(/^[A-Za-z0-9_-]{32,}$/);
const passwordsSchema = z.object({ admin: password, owner: password, app: password });

/**
 * Starts the embedded PostgreSQL of a data folder, creating it at first use, whatever state a former run left it in.
 * Only this machine can connect, and only with a password. Throws a `Problem` for what the user can put right.
 */
export async function startPostgres({
  dataDir,
  port,
  settings = {},
  signal,
}: PostgresOptions): Promise<RunningPostgres> {
  prepareDataDir(dataDir);
  const folder = clusterFolder(resolve(dataDir));
  const user = await databaseUser(folder);
  checkReachable(dataDir, user);
  const binaries = reachableBinaries(await postgresBinaries(), user);
  const isKnown = hasCluster(folder);
  if (isKnown && !hasSecret(dataDir, SECTION)) throw passwordsLost(dataDir);
  const passwords = keptSecret(dataDir, SECTION, passwordsSchema, makePasswords);
  if (!isKnown) await createCluster(folder, { binaries, user, password: passwords.admin, signal });
  await endFormerPostmaster(folder);
  const logs = join(dataDir, "logs");
  mkdirSync(logs, { recursive: true });
  const logFile = join(logs, "postgres.log");
  const started = await startOnFreePort({ binaries, user, folder, logFile, settings, signal }, port);
  const urls = databaseUrls(started.port, passwords);
  try {
    await ensureRolesAndDatabase(urls.adminUrl, passwords);
  } catch (error) {
    await started.stop();
    throw error;
  }
  return { ...started, ...urls, logFile };
}

/** Another program may take the port between the look and the start: then once more, with another one. */
async function startOnFreePort(
  options: Omit<PostmasterOptions, "port">,
  preferred: number | undefined,
): Promise<Postmaster & { port: number }> {
  for (let left = PORT_TRIES; ; left -= 1) {
    const port = await freePort(left === PORT_TRIES ? preferred : undefined);
    try {
      return { port, ...(await startPostmaster({ ...options, port })) };
    } catch (error) {
      if (!(error instanceof PortTaken) || left === 1) throw error;
    }
  }
}

function makePasswords(): z.infer<typeof passwordsSchema> {
  const make = () => randomBytes(24).toString("base64url");
  return { admin: make(), owner: make(), app: make() };
}

function passwordsLost(dataDir: string): Problem {
  return new Problem(
    `${join(dataDir, "secrets.json")} is missing, and with it the database's passwords and encryption keys.`,
    `Restore that file, or remove ${resolve(dataDir)} to start with a new, empty database.`,
  );
}
