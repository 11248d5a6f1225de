/** `npm run demo`: everything on this machine, from an empty clone to a dashboard with payments in it. */
import { fileURLToPath } from "node:url";
import { runDemo } from "./demo/run-demo";
import { readDemoSettings } from "./demo/settings";
import { printCode } from "./demo/sign-in";
import { describeFailure } from "./processes/problem";
import { createShutdown, runUntilStopped } from "./processes/shutdown";

const root = fileURLToPath(new URL("..", import.meta.url));

async function main(): Promise<unknown> {
  const settings = readDemoSettings(process.env);
  if (process.argv[2] === "code") return printCode(settings.dataDir);
  const shutdown = createShutdown();
  return runUntilStopped(shutdown, () => runDemo({ root, settings, shutdown, mode: "production" }));
}

const failure = await main().catch((error: unknown) => error);
if (failure) console.error(describeFailure(failure));
process.exit(failure ? 1 : 0);
