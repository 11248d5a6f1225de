import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writePrivate } from "../data-dir/write-private";
import { isSameProcess, processIdentity } from "./process-identity.mjs";
import type { Service } from "./service";
import { waitUntil } from "./wait-until";

const GRACE_MS = 3000;
const record = z.array(z.object({ name: z.string(), pid: z.number().int().positive(), identity: z.string().min(1) }));

/** Writes down which processes this run started, so that the next one can end those that outlive it. */
export function recordServices(dataDir: string, services: readonly Service[]): void {
  const rows = services.map(({ name, pid }) => ({ name, pid, identity: processIdentity(pid) ?? "gone" }));
  writePrivate(fileIn(dataDir), `${JSON.stringify(rows, null, 2)}\n`);
}

/** Ends the servers that a killed run left. A process is ended only if it is the very one that was written down. */
export async function endFormerServices(dataDir: string): Promise<void> {
  for (const former of readRecord(dataDir)) {
    const isGone = () => !isSameProcess(former);
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (isGone()) break;
      process.kill(former.pid, signal);
      await waitUntil(isGone, { timeoutMs: GRACE_MS });
    }
  }
  rmSync(fileIn(dataDir), { force: true });
}

function readRecord(dataDir: string): z.infer<typeof record> {
  try {
    return record.parse(JSON.parse(readFileSync(fileIn(dataDir), "utf8")));
  } catch {
    return []; // none, or cut off by a crash: then their channel has ended them
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, "run.json");
}
