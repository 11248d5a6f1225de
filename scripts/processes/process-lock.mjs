import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isSameProcess, processIdentity } from "./process-identity.mjs";

/** Far longer than the microseconds a takeover needs; only a process killed in those leaves its guard behind. */
const GUARD_STALE_MS = 5000;

/**
 * @typedef {{ pid: number, identity: string, note: string }} Holder
 * @typedef {{ held: true, release: () => void } | { held: false, holder: Holder }} LockAttempt
 */

/**
 * Takes a lock file, unless a living process has it. A lock whose holder died is taken over; its pid alone proves
 * nothing, because the system hands pids out again.
 *
 * @param {string} path
 * @param {string} [note] shown to whoever finds the lock held
 * @returns {Promise<LockAttempt>}
 */
export async function tryLock(path, note = "") {
  const mine = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) ?? "", note });
  for (;;) {
    if (publish(path, mine)) return { held: true, release: () => removeIf(path, mine) };
    const found = readOrNull(path);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder !== null && isSameProcess(holder)) return { held: false, holder };
    if (!takeOver(path, found)) await sleep(10);
  }
}

/**
 * Waits until the lock is free and takes it.
 *
 * @param {string} path
 * @param {(holder: Holder) => void} onWait called once, if there is somebody to wait for
 * @param {AbortSignal} [signal]
 * @returns {Promise<() => void>} releases it
 */
export async function waitForLock(path, onWait, signal) {
  for (let told = false; ; ) {
    const attempt = await tryLock(path);
    if (attempt.held) return attempt.release;
    if (!told) onWait(attempt.holder);
    told = true;
    await sleep(200, undefined, signal ? { signal } : {});
  }
}

/**
 * A link appears with its whole content or not at all, so that a half-written lock is never read.
 *
 * @param {string} path
 * @param {string} content
 * @returns {boolean}
 */
function publish(path, content) {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, content, { flag: "wx", mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Two that find the same dead holder must not both remove "its" file: the slower would remove the faster one's new
 * lock. So only whoever holds the guard removes, and only what it reads again under the guard.
 *
 * @param {string} path
 * @param {string} stale
 * @returns {boolean} false while another is at it
 */
function takeOver(path, stale) {
  const guard = `${path}.takeover`;
  try {
    mkdirSync(guard);
  } catch {
    if (ageMs(guard) > GUARD_STALE_MS) rmSync(guard, { recursive: true, force: true });
    return false;
  }
  try {
    removeIf(path, stale);
    return true;
  } finally {
    rmdirSync(guard);
  }
}

/**
 * @param {string} path
 * @param {string} content
 */
function removeIf(path, content) {
  if (readOrNull(path) === content) rmSync(path, { force: true });
}

/**
 * @param {string} path
 * @returns {string | null}
 */
function readOrNull(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/**
 * @param {string} folder
 * @returns {number}
 */
function ageMs(folder) {
  try {
    return Date.now() - statSync(folder).mtimeMs;
  } catch {
    return 0;
  }
}

/**
 * @param {string} text
 * @returns {Holder | null}
 */
function parseHolder(text) {
  try {
    const { pid, identity, note } = JSON.parse(text);
    if (!Number.isInteger(pid) || typeof identity !== "string" || typeof note !== "string") return null;
    return { pid, identity, note };
  } catch {
    return null;
  }
}
