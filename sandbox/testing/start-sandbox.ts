import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export type SandboxOptions = Readonly<{
  /** Default: a free one. */
  port?: number;
  /** Default: a file in a new temporary folder, removed by `stop`. */
  ledgerPath?: string;
  /** Where every change is told, the secret that signs it, and how long after it (default: at once). Default: nowhere. */
  callback?: Readonly<{ url: string; secret: string; delayMs?: number }>;
  /** A file for all that it is sent, a line of JSON each. Default: none. */
  requestLog?: string;
}>;

export type Sandbox = Readonly<{
  url: string;
  port: number;
  ledgerPath: string;
  /** Everything it has printed so far, on both streams. */
  output: () => string;
  /** Ends it (SIGTERM), removes a temporary ledger, and tells its exit code; null where a signal had ended it. */
  stop: () => Promise<number | null>;
  /** Ends it as a crash would (SIGKILL). The ledger stays; start another with `ledgerPath` to go on with it. */
  kill: () => Promise<void>;
}>;

const SERVER = fileURLToPath(new URL("../server.ts", import.meta.url));
const LISTENING = /^sandbox acquirer listening on (http:\/\/127\.0\.0\.1:([0-9]+))$/m;

/**
 * Starts the sandbox acquirer as a process of its own and resolves once it listens. The IPC channel ends it should
 * this process die. Rejects with what it printed where it does not start.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const folder = options.ledgerPath === undefined ? await mkdtemp(join(tmpdir(), "sandbox-ledger-")) : null;
  const ledgerPath = options.ledgerPath ?? join(folder ?? "", "ledger.db");
  // Not through the tsx command: that would put a process between us, and a kill would reach it instead.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const child = spawn(process.execPath, ["--import", loader, SERVER], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...inheritedEnvironment(),
      SANDBOX_PORT: String(options.port ?? 0),
      SANDBOX_LEDGER: ledgerPath,
      SANDBOX_REQUEST_LOG: options.requestLog,
      SANDBOX_CALLBACK_URL: options.callback?.url,
      SANDBOX_CALLBACK_SECRET: options.callback?.secret,
      SANDBOX_CALLBACK_DELAY_MS: String(options.callback?.delayMs ?? 0),
    },
  });
  let printed = "";
  const output = () => printed;
  const record = (chunk: Buffer) => {
    printed += chunk.toString();
  };
  child.stdout?.on("data", record);
  child.stderr?.on("data", record);
  const kill = () => end(child, "SIGKILL");
  const stop = async () => {
    await end(child, "SIGTERM");
    if (folder !== null) await rm(folder, { recursive: true, force: true });
    return child.exitCode;
  };
  const { url, port } = await waitUntilListening(child, output).catch(async (cause: unknown) => {
    await stop();
    throw cause;
  });
  return { url, port, ledgerPath, output, stop, kill };
}

// What a program needs to run at all. Our keys and addresses are no business of an acquirer.
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const { NODE_ENV, PATH, TMPDIR, SystemRoot } = process.env;
  return { NODE_ENV, PATH, TMPDIR, SystemRoot };
}

function waitUntilListening(child: ChildProcess, output: () => string): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", () => {
      const [, url, port] = LISTENING.exec(output()) ?? [];
      if (url !== undefined) resolve({ url, port: Number(port) });
    });
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`The sandbox acquirer ended with ${code}: ${output()}`)));
  });
}

async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}
