import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isSameProcess, parseStat, processIdentity } from "./process-identity.mjs";

// Fields of /proc/PID/stat after the name, with the 22nd (the start time) set apart.
const stat = (name: string, state: string) => `4242 (${name}) ${state} ${Array(18).fill("0").join(" ")} 987654 0 0`;

test("the start time is found whatever the program is called", () => {
  expect(parseStat(stat("node", "S"))).toBe("987654");
  expect(parseStat(stat("odd) R 1 (name", "R"))).toBe("987654");
});

test("a process that only waits to be collected does not live", () => {
  expect(parseStat(stat("node", "Z"))).toBeNull();
});

test("a process is itself, for as long as it lives", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const pid = child.pid ?? 0;
  const recorded = { pid, identity: processIdentity(pid) ?? "" };
  expect(recorded.identity).not.toBe("");
  expect(isSameProcess(recorded)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isSameProcess(recorded)).toBe(false);
});

test("process-identity.recycled-pid", () => {
  // The attack: the system gives a dead server's pid to some other program; a cleaner that trusts pids would end it.
  const other = { pid: process.pid, identity: "an earlier boot/1" };
  expect(processIdentity(process.pid)).not.toBeNull();
  expect(isSameProcess(other)).toBe(false);
});
