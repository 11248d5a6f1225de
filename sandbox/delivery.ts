import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { errorBody, type Outcome } from "./answers";

const LATE_MS = 3_000;
const NEVER_MS = 60_000;
const SERVER_ERROR = JSON.stringify(errorBody("internal_error", "Something went wrong."));

/** Sends the outcome in the way its card wants it: whole, late, broken, or not at all. */
export async function deliver(request: IncomingMessage, response: ServerResponse, outcome: Outcome): Promise<void> {
  switch (outcome.delivery) {
    case "at_once":
      return send(response, outcome.status, outcome.body, outcome.replayed);
    case "late":
      await sleep(LATE_MS, undefined, { ref: false });
      return send(response, outcome.status, outcome.body, outcome.replayed);
    case "never":
      return holdOpen(request);
    case "server_error":
      return send(response, 500, SERVER_ERROR);
    case "reset":
      request.socket.resetAndDestroy();
      return;
    case "half_json":
      return send(response, outcome.status, outcome.body.slice(0, outcome.body.length / 2));
    default:
      return outcome.delivery satisfies never;
  }
}

export function send(response: ServerResponse, status: number, body: string, replayed = false): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    ...(replayed ? { "idempotent-replayed": "true" } : {}),
  });
  response.end(body);
}

// Nobody who waits longer is a client that this sandbox is meant to try.
function holdOpen({ socket }: IncomingMessage): void {
  const timer = setTimeout(() => socket.destroy(), NEVER_MS);
  timer.unref();
  socket.once("close", () => clearTimeout(timer));
}
