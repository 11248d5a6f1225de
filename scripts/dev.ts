/** `npm run dev`: the demo's services, with the development server in front of them. */
import { fileURLToPath } from "node:url";
import { runDemo } from "./demo/run-demo";
import { readDemoSettings } from "./demo/settings";
import { describeFailure } from "./processes/problem";
import { createShutdown, runUntilStopped } from "./processes/shutdown";

const root = fileURLToPath(new URL("..", import.meta.url));

async function main(): Promise<unknown> {
  const settings = readDemoSettings(process.env);
  const shutdown = createShutdown();
  return runUntilStopped(shutdown, () => runDemo({ root, settings, shutdown, mode: "development" }));
}

const failure = await main().catch((error: unknown) => error);
if (failure) console.error(describeFailure(failure));
process.exit(failure ? 1 : 0);
