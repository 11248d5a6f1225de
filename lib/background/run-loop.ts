import { logger } from "@/lib/logging/logger";

export type Loop = Readonly<{ stop: () => Promise<void> }>;

/**
 * Calls `turn` again and again with a pause between the end of one and the start of the next; no pause when it says that
 * there is more to do. A failure is logged and tried again, ever more slowly up to half a minute.
 */
export function runLoop(name: string, pauseMs: number, turn: () => Promise<boolean>): Loop {
  let stopped = false;
  let failures = 0;
  let wake = () => {};

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, ms).unref();
    });

  const running = (async () => {
    while (!stopped) {
      let more = false;
      try {
        more = await turn();
        failures = 0;
      } catch (error) {
        failures += 1;
        logger.error({ err: error, loop: name, failures }, "background work failed");
      }
      if (!more && !stopped) await pause(Math.min(pauseMs * 2 ** Math.min(failures, 10), Math.max(pauseMs, 30_000)));
    }
  })();

  return {
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}
