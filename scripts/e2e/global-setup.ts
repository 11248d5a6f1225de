import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
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
  const output = join(dataDir, "demo-output.log");
  const log = openSync(output, "a", 0o600);
  const demo = spawn(join(ROOT, "node_modules/.bin/node"), ["--import", "tsx", join(ROOT, "scripts/demo.ts")], {
    cwd: ROOT,
    env: {
      ...process.env,
      ...{ PORT: String(await freePort()), DATA_DIR: dataDir },
      SANDBOX_REQUEST_LOG: join(dataDir, "acquirer-requests.jsonl"),
    },
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const ended = once(demo, "exit");
  // Its first message says that it is ready.
  const isReady = await Promise.race([once(demo, "message").then(() => true), ended.then(() => false)]);
  if (!isReady) {
    const said = readFileSync(output, "utf8");
    rmSync(dataDir, { recursive: true, force: true });
    throw new Error(`The demo for the e2e tests did not start. It said:\n${said}`);
  }
  process.env.DEMO_FILE = demoFileIn(dataDir);
  return async () => {
    demo.kill("SIGTERM");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
}
