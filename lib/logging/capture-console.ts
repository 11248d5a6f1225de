import { format } from "node:util";
import { logger } from "./logger";

const LEVELS = { log: "info", info: "info", warn: "warn", error: "error", debug: "debug" } as const;

/**
 * Sends what libraries print through the logger. Next.js prints parts of requests, card numbers and line ends among them:
 * they come out masked, and as one JSON line.
 */
export function captureConsole(target: Console = console): void {
  for (const [method, level] of Object.entries(LEVELS) as [
    keyof typeof LEVELS,
    (typeof LEVELS)[keyof typeof LEVELS],
  ][]) {
    target[method] = (...printed: unknown[]) => logger[level]({ source: "console" }, format(...printed).trimEnd());
  }
}
