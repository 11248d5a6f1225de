import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoFileIn } from "../demo/demo-file";
import { freePort } from "../processes/ports";
import { ROOT } from "../root";

/**
 * Starts the real demo on a free port with a folder of its own, and names its file in DEMO_FILE for the fixtures;
 * with DEMO_FILE set already, that demo is used. Returns what stops it.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  if (process.env.DEMO_FILE) return async () => {};
  const dataDir = mkdtempSync(join(tmpdir(), "countinghouse-e2e-"));
  chmodSync(dataDir, 0o711); // root's database user passes through
  const demo = spawn(join(ROOT, "node_modules/.bin/node"), ["--import", "tsx", join(ROOT, "scripts/demo.ts")], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(await freePort()), DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const ended = once(demo, "exit");
  const output = collectOutput(demo);
  // Its first message says that it is ready.
  const isReady = await Promise.race([once(demo, "message").then(() => true), ended.then(() => false)]);
  if (!isReady) {
    rmSync(dataDir, { recursive: true, force: true });
    throw new Error(`The demo for the e2e tests did not start. It said:\n${output()}`);
  }
  process.env.DEMO_FILE = demoFileIn(dataDir);
  return async () => {
    demo.kill("SIGTERM");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
}

function collectOutput(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
  }
  return () => text;
}
