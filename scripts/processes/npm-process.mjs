import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { isSameProcess, processIdentity } from "./process-identity.mjs";

const WATCH_MS = 1000;

/**
 * Calls back when the npm that runs us is gone. It tells nobody when it is killed outright, and when it is asked to
 * stop it tells only its shell, which may not pass that on; what it ran would go on holding the port.
 *
 * @param {() => void} onGone
 */
export function whenNpmIsGone(onGone) {
  if (!process.env.npm_lifecycle_event) return;
  const pid = npmPid(process.ppid, process.argv[1] ?? "");
  const identity = processIdentity(pid);
  if (identity === null) return;
  const watch = setInterval(() => {
    if (isSameProcess({ pid, identity })) return;
    clearInterval(watch);
    onGone();
  }, WATCH_MS);
  watch.unref();
}

/**
 * npm runs a script with `sh -c`. Some shells become the command, others stay in between, as tsx does; those have the
 * script's name in their own command line, and npm has not.
 *
 * @param {number} parent
 * @param {string} script
 * @returns {number}
 */
function npmPid(parent, script) {
  const { parentPid, command } = describeProcess(parent);
  return command.includes(basename(script)) ? npmPid(parentPid, script) : parent;
}

/**
 * @param {number} pid
 * @returns {{ parentPid: number, command: string }}
 */
function describeProcess(pid) {
  if (process.platform === "linux") {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, parentPid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { parentPid: Number(parentPid), command: readFileSync(`/proc/${pid}/cmdline`, "utf8") };
  }
  const { stdout } = spawnSync("ps", ["-ww", "-o", "ppid=,args=", "-p", String(pid)], { encoding: "utf8" });
  const [, parentPid = "", command = ""] = /^\s*([0-9]+)\s+(.*)$/.exec(stdout ?? "") ?? [];
  return { parentPid: Number(parentPid), command };
}
