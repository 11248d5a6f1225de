import { once } from "node:events";

type Stoppable = Readonly<{ stop: () => Promise<void>; kill: () => void }>;

/** npm and the terminal may both pass on the same Ctrl-C; a person needs longer than this to press it again. */
const SAME_PRESS_MS = 500;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export type Shutdown = Readonly<{
  /** Aborted when everything is to stop; its reason is an `Error` when something went wrong, else null. */
  signal: AbortSignal;
  /** Adds something that must be stopped at the end: last added, first stopped. */
  add: (service: Stoppable) => void;
  /** Stops everything, with the reason to tell. */
  fail: (reason: Error) => void;
  stopAll: () => Promise<void>;
}>;

/**
 * The orderly end of a script that runs servers: on the first Ctrl-C (or when whoever started the script is gone) its
 * services are stopped one after the other; on the second they are killed.
 */
export function createShutdown(): Shutdown {
  const controller = new AbortController();
  const services: Stoppable[] = [];
  let askedAt: number | null = null;

  const ask = () => {
    const now = performance.now();
    if (askedAt !== null && now - askedAt > SAME_PRESS_MS) {
      for (const service of services.toReversed()) service.kill();
      process.exit(130);
    }
    askedAt ??= now;
    controller.abort(null);
  };
  for (const signal of SIGNALS) process.on(signal, ask);
  if (process.channel) process.once("disconnect", ask);

  return {
    signal: controller.signal,
    add: (service) => {
      services.push(service);
    },
    fail: (reason) => controller.abort(reason),
    stopAll: async () => {
      for (const service of services.toReversed()) await service.stop();
    },
  };
}

/**
 * Runs `start`, then waits for the end of it all, and stops what was started. Resolves to what went wrong, or null
 * after an ordinary end.
 */
export async function runUntilStopped(shutdown: Shutdown, start: () => Promise<void>): Promise<unknown> {
  const { signal } = shutdown;
  const asked: Promise<unknown> = signal.aborted ? Promise.resolve() : once(signal, "abort");
  const started = start();
  // After the abort a half-done start fails in ways that say nothing.
  const failure = await Promise.race([asked, started.then(() => asked)]).then(
    () => (signal.reason instanceof Error ? signal.reason : null),
    (error: unknown) => (signal.aborted ? signal.reason : error),
  );
  await shutdown.stopAll();
  return failure;
}
