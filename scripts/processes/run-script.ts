import { describeFailure } from "./problem";
import { createShutdown, runUntilStopped, type Shutdown } from "./shutdown";

/** Runs a whole script: prints what went wrong, if anything, and ends the process with 1 for it, else with 0. */
export async function runScript(work: () => Promise<unknown>): Promise<never> {
  try {
    await work();
  } catch (error) {
    console.error(describeFailure(error));
    process.exit(1);
  }
  process.exit(0);
}

/** The same for a script that starts servers and runs until it is told to stop. */
export function runServers(start: (shutdown: Shutdown) => Promise<void>): Promise<never> {
  // A terminal that was closed must not keep the servers from being stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return runScript(async () => {
    const shutdown = createShutdown();
    const failure = await runUntilStopped(shutdown, () => start(shutdown));
    if (failure !== null) throw failure;
    console.log("\nStopped.");
  });
}
