/** `npm run demo`: everything on this machine, from an empty clone to a dashboard with payments in it. */
import { runDemo } from "./demo/run-demo";
import { readDemoSettings } from "./demo/settings";
import { printCode } from "./demo/sign-in";
import { runScript, runServers } from "./processes/run-script";

if (process.argv[2] === "code") await runScript(async () => printCode(readDemoSettings(process.env).dataDir));
await runServers((shutdown) => runDemo({ settings: readDemoSettings(process.env), shutdown, mode: "production" }));
