import { setTimeout as sleep } from "node:timers/promises";

/** Runs the work and answers no sooner than so many milliseconds after the start, however it ends. */
export async function takeAtLeast<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const [outcome] = await Promise.allSettled([work(), sleep(ms)]);
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}
