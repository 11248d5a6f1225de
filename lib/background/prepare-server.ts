import { env } from "@/lib/env";
import { captureConsole } from "@/lib/logging/capture-console";
import { setLogLevel } from "@/lib/logging/logger";
import { startBackgroundWork } from "./start";

/** Checks the environment and starts the background work. A bad environment ends the process with a message for people. */
export function prepareServer(): void {
  try {
    setLogLevel(env().LOG_LEVEL);
    captureConsole();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  startBackgroundWork();
}
