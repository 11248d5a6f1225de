import { setTimeout as sleep } from "node:timers/promises";

type Waiting = Readonly<{ timeoutMs: number; everyMs?: number; signal?: AbortSignal | undefined }>;

/** Asks again and again until the answer is yes (true) or the time is up (false). */
export async function waitUntil(
  isSo: () => boolean | Promise<boolean>,
  { timeoutMs, everyMs = 50, signal }: Waiting,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await isSo()) return true;
    if (performance.now() > deadline) return false;
    await sleep(everyMs);
  }
}
