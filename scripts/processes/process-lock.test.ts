import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processIdentity } from "./process-identity.mjs";
import { tryLock, waitForLock } from "./process-lock.mjs";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "process-lock-"));
  path = join(folder, "the.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const deadHolder = JSON.stringify({ pid: process.pid, identity: "an earlier boot/1", note: "" });

test("a free lock is taken, and free again once released", async () => {
  const first = await tryLock(path, "http://localhost:3000");
  expect(first.held).toBe(true);
  expect(await tryLock(path)).toEqual({
    held: false,
    holder: { pid: process.pid, identity: processIdentity(process.pid), note: "http://localhost:3000" },
  });
  if (first.held) first.release();
  expect((await tryLock(path)).held).toBe(true);
  expect(readdirSync(folder)).toEqual(["the.lock"]);
});

test("a dead holder's lock is taken over, though its pid lives on as another process", async () => {
  writeFileSync(path, deadHolder);
  expect((await tryLock(path)).held).toBe(true);
});

test("a lock cut off while it was written holds nothing", async () => {
  writeFileSync(path, '{"pid":1');
  expect((await tryLock(path)).held).toBe(true);
});

test("a takeover that was killed half-way does not block the next one for ever", async () => {
  writeFileSync(path, deadHolder);
  const guard = `${path}.takeover`;
  mkdirSync(guard);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(guard, longAgo, longAgo);
  expect((await tryLock(path)).held).toBe(true);
});

test("releasing never removes another holder's lock", async () => {
  const mine = await tryLock(path);
  writeFileSync(path, deadHolder);
  if (mine.held) mine.release();
  expect(readdirSync(folder)).toEqual(["the.lock"]);
});

test("whoever waits gets the lock when it is released, and is told of the holder once", async () => {
  const first = await tryLock(path, "busy");
  const told: string[] = [];
  const waiting = waitForLock(path, (holder) => told.push(holder.note));
  setTimeout(() => first.held && first.release(), 300);
  await waiting;
  expect(told).toEqual(["busy"]);
});

test("process-lock.one-winner", async () => {
  // The attack: several programs find the same dead holder at once, and the slower removes the faster one's new lock.
  writeFileSync(path, deadHolder);
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => contend(path)));
  expect(outcomes.map(({ clashes }) => clashes)).toEqual([0, 0, 0, 0]);
  expect(outcomes.reduce((total, { entries }) => total + entries, 0)).toBeGreaterThan(50);
});

/**
 * Another process that takes the lock again and again, each time leaving it as a dead holder would. While it has it, it
 * makes a file that must not be there yet: a clash is two holders at once.
 */
async function contend(lock: string): Promise<{ entries: number; clashes: number }> {
  const script = `
    import { rmSync, writeFileSync } from "node:fs";
    import { tryLock } from ${JSON.stringify(new URL("process-lock.mjs", import.meta.url).href)};
    const lock = ${JSON.stringify(lock)}, deadHolder = ${JSON.stringify(deadHolder)}, startedAt = Date.now();
    let entries = 0, clashes = 0;
    const goesOn = () => Date.now() - startedAt < (entries < 15 ? 15_000 : 800);
    while (goesOn()) {
      if (!(await tryLock(lock)).held) continue;
      entries += 1;
      try { writeFileSync(lock + ".inside", "", { flag: "wx" }); } catch { clashes += 1; }
      rmSync(lock + ".inside", { force: true });
      writeFileSync(lock, deadHolder);
    }
    process.stdout.write(JSON.stringify({ entries, clashes }));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = await once(child.stdout, "data");
  return JSON.parse(String(output));
}
