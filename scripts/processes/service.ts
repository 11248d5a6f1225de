import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, renameSync } from "node:fs";
import { join } from "node:path";
import { lastLines } from "./log-file";
import type { Shutdown } from "./shutdown";

const GRACE_MS = 10_000;

export type ServiceOptions = Readonly<{
  name: string;
  /** Arguments of Node. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  dataDir: string;
  shutdown: Shutdown;
}>;

export type Service = Readonly<{ name: string; pid: number; logFile: string }>;

/**
 * Starts a server of ours that writes to DATA_DIR/logs/NAME.log. It has a process group of its own, so that Ctrl-C in
 * the terminal does not reach it before its turn, and a channel by which it notices when we are gone. If it ends by
 * itself, everything stops and its last words are told.
 */
export function startService({ name, args, env, dataDir, shutdown }: ServiceOptions): Service {
  shutdown.signal.throwIfAborted();
  const logFile = freshLog(dataDir, name);
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(process.execPath, args, { env, detached: true, stdio: ["ignore", log, log, "ipc"] });
  closeSync(log);
  const ended = once(child, "exit");
  let stopping = false;
  const kill = () => killGroup(child.pid);
  child.once("exit", (code, signal) => {
    if (!stopping) shutdown.fail(diedByItself(name, code ?? signal, logFile));
  });
  shutdown.add({
    kill,
    stop: async () => {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const patience = setTimeout(kill, GRACE_MS);
      child.kill("SIGTERM");
      await ended;
      clearTimeout(patience);
    },
  });
  if (child.pid === undefined) throw new Error(`${name} could not be started`);
  return { name, pid: child.pid, logFile };
}

/** The log of the run before is kept beside the new one: after a crash it is what one wants to read. */
function freshLog(dataDir: string, name: string): string {
  const folder = join(dataDir, "logs");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.log`);
  if (existsSync(path)) renameSync(path, join(folder, `${name}.previous.log`));
  return path;
}

function diedByItself(name: string, how: number | string | null, logFile: string): Error {
  const failure = new Error(
    `The ${name} stopped by itself (${how}). Its log (${logFile}) ends:\n${lastLines(logFile, 20)}`,
  );
  delete failure.stack; // ours says nothing about theirs
  return failure;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
