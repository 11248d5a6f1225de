import { appendFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";

/** Told of each request as it comes in, and of its body once there is one. */
export type Witness = (request: IncomingMessage, body?: string) => void;

/**
 * Writes down all that is sent to the acquirer, a line of JSON each, so that the e2e tests can see that a card's number has
 * reached it and nobody else. For test numbers only: whoever is not asked for it writes nothing.
 */
export function openRequestLog(path: string): Witness {
  return ({ method, url, headers }, body) => {
    const line = body === undefined ? { method, url, headers } : { method, url, body };
    appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  };
}
