/**
 * `node scripts/bootstrap.mjs demo|dev|test`: the first thing a newcomer runs, on whatever Node they have and with
 * nothing installed. Installs what the lockfile says, then runs the script on the Node pinned in it.
 */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { forwardSignals } from "./bootstrap/forward-signals.mjs";
import { nodeVersionProblem } from "./bootstrap/node-version.mjs";
import { whenNpmIsGone } from "./processes/npm-process.mjs";

const SCRIPTS = ["demo", "dev", "test"];
const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exit(1);
}

/**
 * @param {string} script
 * @param {string[]} args
 */
function runOnPinnedNode(script, args) {
  const bin = join(root, "node_modules", ".bin");
  const child = spawn(join(bin, "node"), ["--import", "tsx", join(root, "scripts", `${script}.ts`), ...args], {
    cwd: root,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
    // The channel tells the script when this process is gone, however it went.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  forwardSignals(child);
  child.once("error", (cause) =>
    fail(`The pinned Node.js did not start: ${cause.message}\nRemove node_modules and try again.`),
  );
  child.once("exit", (code, signal) => process.exit(code ?? (signal === "SIGKILL" ? 137 : 1)));
}

const [script = "", ...args] = process.argv.slice(2);
const problem = nodeVersionProblem(process.versions.node);
if (problem !== null) fail(problem);
if (!SCRIPTS.includes(script)) fail(`Usage: node scripts/bootstrap.mjs ${SCRIPTS.join("|")}`);
whenNpmIsGone(() => process.kill(process.pid, "SIGTERM"));
const { installDependencies } = await import("./bootstrap/install.mjs");
await installDependencies(root).catch((error) => fail(error instanceof Error ? error.message : String(error)));
runOnPinnedNode(script, args);
