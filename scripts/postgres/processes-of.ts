import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../processes/run-command";

/** The pids of living Postgres processes that have this cluster open. */
export function processesOf(folder: string): Promise<readonly number[]> {
  return process.platform === "linux" ? Promise.resolve(fromProc(realpathSync(folder))) : fromPs(folder);
}

/** Every Postgres process works in its data folder. Read from /proc, for a slim container has no `ps`. */
function fromProc(folder: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .filter((pid) => {
      try {
        const process = join("/proc", pid);
        return (
          readlinkSync(join(process, "cwd")) === folder && readFileSync(join(process, "comm"), "utf8") === "postgres\n"
        );
      } catch {
        return false; // ended meanwhile, or another user's
      }
    })
    .map(Number);
}

/** Elsewhere only the postmaster shows its folder; that its children are gone, Postgres checks by itself. */
async function fromPs(folder: string): Promise<readonly number[]> {
  const { output } = await runCommand("ps", ["-axww", "-o", "pid=,args="]);
  return output
    .split("\n")
    .filter((line) => line.includes(`-D ${folder} `))
    .map((line) => Number.parseInt(line, 10));
}
