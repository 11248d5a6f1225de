import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lastLines } from "../processes/log-file";
import { waitUntil } from "../processes/wait-until";
import { POSTGRES_ENVIRONMENT, type PostgresBinaries } from "./binaries";
import type { DatabaseUser } from "./database-user";

/** After a crash Postgres replays its log before it answers; on a slow disk that takes a while. */
const START_MS = 120_000;
const FAST_STOP_MS = 20_000;

export type PostmasterOptions = Readonly<{
  binaries: PostgresBinaries;
  user: DatabaseUser;
  folder: string;
  port: number;
  logFile: string;
  settings: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
}>;

export type Postmaster = Readonly<{ child: ChildProcess; stop: () => Promise<void>; kill: () => void }>;

export class PortTaken extends Error {
  override readonly name = "PortTaken";
}

/** Starts the server and waits until it takes connections. Throws `PortTaken`, or an error with its last log lines. */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { folder, port, logFile, signal } = options;
  const child = launch(options);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    child.kill("SIGINT");
    if (await waitUntil(hasEnded, { timeoutMs: FAST_STOP_MS })) return;
    child.kill("SIGQUIT");
    await waitUntil(hasEnded, { timeoutMs: FAST_STOP_MS });
  };
  try {
    const settled = await waitUntil(() => hasEnded() || isReady(folder, child.pid), { timeoutMs: START_MS, signal });
    if (settled && !hasEnded()) return { child, stop, kill: () => child.kill("SIGQUIT") };
  } catch (aborted) {
    await stop();
    throw aborted;
  }
  await stop();
  const log = lastLines(logFile, 15);
  if (/could not bind|Address already in use/.test(log)) throw new PortTaken(`port ${port} is taken`);
  throw new Error(`PostgreSQL did not start. Its log (${logFile}) ends:\n${log}`);
}

/**
 * In a process group of its own: Ctrl-C in the terminal goes to the whole group, and the database must be the last to
 * stop. It gets none of our environment.
 */
function launch({ binaries, user, folder, port, logFile, settings }: PostmasterOptions): ChildProcess {
  const all = { listen_addresses: "127.0.0.1", unix_socket_directories: "", port: String(port), ...settings };
  const log = openSync(logFile, "w", 0o600);
  try {
    return spawn(
      binaries.postgres,
      ["-D", folder, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      {
        ...user,
        cwd: folder,
        env: POSTGRES_ENVIRONMENT,
        detached: true,
        stdio: ["ignore", log, log],
      },
    );
  } finally {
    closeSync(log);
  }
}

/** The eighth line of postmaster.pid is the server's state (PostgreSQL: `LOCK_FILE_LINE_PM_STATUS`, as pg_ctl reads it). */
function isReady(folder: string, pid: number | undefined): boolean {
  const file = join(folder, "postmaster.pid");
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, "utf8").split("\n");
  return lines[0] === String(pid) && lines[7]?.trim() === "ready";
}
