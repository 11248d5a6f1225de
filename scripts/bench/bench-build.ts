import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sourceHash } from "../demo/source-hash";
import { runCommand } from "../processes/run-command";
import { exitWithParent } from "../server/next-command";

/** next.config.ts adds the empty handler, and builds into a folder beside the real build's. */
export const BENCH_ENVIRONMENT = { COUNTINGHOUSE_BENCH: "true" } as const;

/** The production build with the empty handler in it, unless that of these very sources is there. */
export async function ensureBenchBuild(root: string): Promise<void> {
  const stamp = join(root, ".next-bench", "built-from");
  const hash = sourceHash(root);
  if (readStamp(stamp) === hash) return;
  rmSync(stamp, { force: true });
  const next = join(root, "node_modules/next/dist/bin/next");
  const { code, output } = await runCommand(process.execPath, ["--import", exitWithParent(root), next, "build"], {
    cwd: root,
    env: { ...process.env, ...BENCH_ENVIRONMENT, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    withChannel: true,
  });
  if (code !== 0) throw new Error(`The build failed. next build says:\n${output.trim()}`);
  writeFileSync(stamp, hash);
}

function readStamp(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
