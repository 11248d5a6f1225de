import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { locksFolder } from "../bootstrap/install.mjs";
import { Problem } from "../processes/problem";
import { waitForLock } from "../processes/process-lock.mjs";
import { runCommand } from "../processes/run-command";
import { exitWithParent } from "../server/next-command";
import { sourceHash } from "./source-hash";

type Build = Readonly<{ root: string; signal?: AbortSignal | undefined }>;

/**
 * Makes the production build unless `.next` holds that of these very sources. The stamp that says so is taken away
 * before a build and written after it, so a killed one is never taken for a build; of two at once, one builds.
 */
export async function ensureBuild({ root, signal }: Build): Promise<void> {
  if (isBuilt(root)) return;
  const release = await waitForLock(join(locksFolder(root), "build.lock"), () => {}, signal);
  try {
    if (isBuilt(root)) return;
    rmSync(stampFile(root), { force: true });
    const hash = sourceHash(root);
    const next = join(root, "node_modules/next/dist/bin/next");
    const { code, output } = await runCommand(process.execPath, ["--import", exitWithParent(root), next, "build"], {
      cwd: root,
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
      withChannel: true,
      ...(signal && { signal }),
    });
    if (code !== 0) {
      throw new Problem(`The build failed. next build says:\n${output.trim()}`, "Put that right, then run it again.");
    }
    writeFileSync(stampFile(root), hash);
  } finally {
    release();
  }
}

/** Whether `.next` holds a whole build of the sources as they are now. */
export function isBuilt(root: string): boolean {
  try {
    return readFileSync(stampFile(root), "utf8") === sourceHash(root);
  } catch {
    return false;
  }
}

function stampFile(root: string): string {
  return join(root, ".next", "built-from");
}
