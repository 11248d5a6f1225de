const FORWARDED = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Passes on what we are told to the child, for as long as it lives; without one, the same ends us.
 *
 * @param {import("node:child_process").ChildProcess} child
 */
export function forwardSignals(child) {
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  child.once("exit", () => {
    for (const signal of FORWARDED) process.off(signal, forward);
  });
}
