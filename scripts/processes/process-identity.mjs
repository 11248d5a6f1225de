import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * What tells a process from a later one that was given the same pid: on Linux the boot and the tick it started at,
 * elsewhere the start time that `ps` prints. Null when no such process lives (a zombie does not).
 *
 * @param {number} pid
 * @returns {string | null}
 */
export function processIdentity(pid) {
  if (process.platform === "linux") {
    try {
      const started = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
      return started === null ? null : `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${started}`;
    } catch {
      return null;
    }
  }
  const { status, stdout } = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" });
  const line = status === 0 ? stdout.trim() : "";
  return line === "" || line.startsWith("Z") ? null : line.split(/\s+/).slice(1).join(" ");
}

/**
 * The start time, in clock ticks since boot, out of /proc/PID/stat (proc(5), field 22); null for a process that has
 * ended and only waits to be collected. A command name may hold spaces and brackets, so fields count from the last one.
 *
 * @param {string} stat
 * @returns {string | null}
 */
export function parseStat(stat) {
  const [state = "", ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" || state === "X" ? null : (rest[18] ?? null);
}

/**
 * @param {{ pid: number, identity: string }} recorded
 * @returns {boolean} whether that very process still lives, and not another that got its pid
 */
export function isSameProcess({ pid, identity }) {
  return processIdentity(pid) === identity;
}
