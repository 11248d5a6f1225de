import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../processes/problem";
import { waitUntil } from "../processes/wait-until";
import { processesOf } from "./processes-of";

/** A fast shutdown writes everything down first; an immediate one leaves that to the next start. */
const STAGES = [
  { signal: "SIGINT", patienceMs: 30_000 },
  { signal: "SIGQUIT", patienceMs: 10_000 },
] as const;

/**
 * Ends whatever a killed run left of this cluster's database: a postmaster that still runs is stopped cleanly, the
 * children of a killed one are waited for, and only when no process has the folder open is its pid file removed (the
 * pid in it may be another program's by now, and Postgres would refuse to start).
 */
export async function endFormerPostmaster(folder: string): Promise<void> {
  const isFree = async () => (await processesOf(folder)).length === 0;
  for (const { signal, patienceMs } of STAGES) {
    const pid = recordedPid(folder);
    if (pid !== null && (await processesOf(folder)).includes(pid)) process.kill(pid, signal);
    if (await waitUntil(isFree, { timeoutMs: patienceMs })) {
      rmSync(join(folder, "postmaster.pid"), { force: true });
      return;
    }
  }
  const pids = (await processesOf(folder)).join(" ");
  throw new Problem(
    `A former run's database (process ${pids}) still holds ${folder} and does not stop.`,
    `End it, then run the same command again: kill ${pids}`,
  );
}

function recordedPid(folder: string): number | null {
  try {
    const [first = ""] = readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n");
    return /^[0-9]+$/.test(first) ? Number(first) : null;
  } catch {
    return null;
  }
}
