/** `npm start`: the production server, with the environment it is given. `npm run build` and `db:migrate` come first. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { whenNpmIsGone } from "./processes/npm-process.mjs";
import { ROOT } from "./root";
import { nextCommand } from "./server/next-command";

// The port is Next's to read: PORT, from the environment.
const child = spawn(process.execPath, nextCommand("start", { root: ROOT, port: null, hostname: null }), {
  cwd: ROOT,
  env: { ...process.env, NODE_ENV: "production" },
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
whenNpmIsGone(() => child.kill("SIGTERM"));
child.once("exit", (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
