import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoFileIn } from "../demo/demo-file";
import { freePort } from "../processes/ports";
import { waitUntil } from "../processes/wait-until";
import { ROOT } from "../root";

const START_MS = 300_000;

/**
 * Starts the real demo on a free port with a folder of its own, and names its file in DEMO_FILE for the fixtures;
 * with DEMO_FILE set already, that demo is used. Returns what stops it.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  if (process.env.DEMO_FILE) return async () => {};
  const dataDir = mkdtempSync(join(tmpdir(), "countinghouse-e2e-"));
  chmodSync(dataDir, 0o711); // root's database user passes through
  const port = await freePort();
  const demo = spawn(process.execPath, ["--import", "tsx", join(ROOT, "scripts/demo.ts")], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(demo, "exit");
  const stop = async () => {
    demo.kill("SIGTERM");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  const hasEnded = () => demo.exitCode !== null || demo.signalCode !== null;
  await waitUntil(async () => hasEnded() || (await isReady(port)), { timeoutMs: START_MS, everyMs: 200 });
  if (hasEnded() || !(await isReady(port))) {
    await stop();
    throw new Error("The demo did not start; it says why above.");
  }
  process.env.DEMO_FILE = demoFileIn(dataDir);
  return stop;
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api/ready`, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}
