import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { ROOT } from "../root";
import { nextCommand } from "../server/next-command";
import { waitUntilReady } from "../server/wait-until-ready";

export type ServerProcess = Readonly<{
  port: number;
  /** Starts it when it does not run, and waits until it is ready. */
  start: () => Promise<void>;
  /** At once, as kill -9 does. */
  kill: () => void;
  /** Asks it to end, and waits until it has. */
  terminate: () => Promise<void>;
  pause: () => void;
  resume: () => void;
  isRunning: () => boolean;
}>;

type Options = Readonly<{
  port: number;
  /** Where the build is: the checkout, or a broken copy of it. */
  root: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
}>;

const GRACE_MS = 15_000;

/** A production server that can be killed, stopped and started again at its port. */
export function serverProcess({ port, root, env, logFile }: Options): ServerProcess {
  let child: ChildProcess | null = null;
  const isRunning = () => child !== null && child.exitCode === null && child.signalCode === null;
  const send = (signal: NodeJS.Signals) => {
    if (isRunning()) child?.kill(signal);
  };
  return {
    port,
    isRunning,
    start: async () => {
      if (isRunning()) return;
      const log = openSync(logFile, "a", 0o600);
      const args = nextCommand("start", { root: ROOT, port, hostname: "127.0.0.1" });
      child = spawn(process.execPath, args, {
        cwd: root,
        env: { ...env, PORT: String(port) },
        stdio: ["ignore", log, log, "ipc"],
      });
      closeSync(log);
      await waitUntilReady(port, AbortSignal.timeout(90_000));
    },
    kill: () => send("SIGKILL"),
    terminate: async () => {
      if (!isRunning() || child === null) return;
      const ended = once(child, "exit");
      const patience = setTimeout(() => send("SIGKILL"), GRACE_MS);
      send("SIGTERM");
      await ended;
      clearTimeout(patience);
    },
    pause: () => send("SIGSTOP"),
    resume: () => send("SIGCONT"),
  };
}
