import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitForLock } from "../processes/process-lock.mjs";
import { forwardSignals } from "./forward-signals.mjs";
import { installReason } from "./install-needed.mjs";

/**
 * Installs exactly what the lockfile says, if that is not what is there. Of several at once, one installs and the
 * others wait for it.
 *
 * @param {string} root the checkout
 */
export async function installDependencies(root) {
  if (reasonToInstall(root) === null) return;
  const release = await waitForLock(join(locksFolder(root), "install.lock"), (holder) =>
    console.log(`Waiting for another install (process ${holder.pid}) …`),
  );
  try {
    const reason = reasonToInstall(root);
    if (reason === null) return;
    console.log(`Installing dependencies: ${reason}.`);
    const startedAt = Date.now();
    rmSync(stampFile(root), { force: true });
    await npmCi(root);
    writeFileSync(stampFile(root), lockHash(root));
    console.log(`Installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
  } finally {
    release();
  }
}

/**
 * A folder for lock files in the checkout that git ignores by itself. Not in node_modules: an install empties that.
 *
 * @param {string} root
 * @returns {string}
 */
export function locksFolder(root) {
  const folder = join(root, ".locks");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, ".gitignore"), "*\n");
  return folder;
}

/** @param {string} root */
function reasonToInstall(root) {
  const stamp = stampFile(root);
  return installReason({
    lockHash: lockHash(root),
    stamp: existsSync(stamp) && existsSync(join(root, "node_modules/.bin/node")) ? readFileSync(stamp, "utf8") : null,
    lockfile: JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")),
    installed: readJsonOrNull(join(root, "node_modules/.package-lock.json")),
  });
}

/** @param {string} root */
function stampFile(root) {
  return join(root, "node_modules", ".countinghouse-install");
}

/** @param {string} root */
function lockHash(root) {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(`${process.platform}-${process.arch}`)
    .digest("hex");
}

/** @param {string} path */
function readJsonOrNull(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/**
 * npm's script, run by the Node that runs npm: `npm ci` deletes node_modules, and with it the Node pinned in there. It
 * must not outlive us, or the next run would install over it.
 *
 * @param {string} root
 * @returns {Promise<void>}
 */
function npmCi(root) {
  const { npm_execpath: npmScript, npm_node_execpath: npmNode = process.execPath } = process.env;
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const exitWithUs = new URL("../server/exit-with-parent.mjs", import.meta.url).href;
  const child = npmScript
    ? spawn(npmNode, ["--import", exitWithUs, npmScript, ...args], {
        cwd: root,
        stdio: ["inherit", "inherit", "inherit", "ipc"],
      })
    : spawn("npm", args, { cwd: root, stdio: "inherit" });
  forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(new Error(`npm could not be started: ${cause.message}`)));
    child.once("exit", (code, signal) => {
      if (code === 0) resolve();
      else if (signal !== null) reject(new Error("The install was stopped. The next run does it again."));
      else
        reject(
          new Error("The install failed (npm says why above). Check the network and the disk, then run it again."),
        );
    });
  });
}
