import type { Site } from "./plant";
import type { Rules, Wire } from "./tcp-proxy";

/** The moments of a call at which a server can be gone, in their order. */
export const MOMENTS = [
  "before the first commit",
  "after the first commit",
  "before the call",
  "after the call",
  "before the last commit",
  "after the last commit",
] as const;

export type Moment = (typeof MOMENTS)[number];

/** The simple query that ends a transaction, as it is on the wire. */
const COMMIT = Buffer.from("commit\0");

/**
 * Calls `act` (kill -9, SIGSTOP) at a moment of the call with this idempotency key, and lets the bytes of that moment go
 * nowhere. Resolves once it has.
 */
export function atMoment({ database, acquirer }: Site, moment: Moment, key: string, act: () => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isDone = false;
  const strike = (): "hold" => {
    if (!isDone) {
      isDone = true;
      act();
      resolve();
    }
    return "hold";
  };
  let isAnswered = false;
  acquirer.obey({
    request: () => (moment === "before the call" ? strike() : "pass"),
    answer: () => {
      if (moment === "after the call") return strike();
      isAnswered = true;
      return "pass";
    },
  });
  const isLast = moment.endsWith("the last commit");
  if (moment.endsWith("commit")) {
    database.obey(atCommit(key, moment.startsWith("before"), () => !isLast || isAnswered, strike));
  }
  return promise;
}

/** Follows the connection on which the key's transaction runs, up to its commit or the answer to it. */
function atCommit(key: string, isBefore: boolean, isArmed: () => boolean, strike: () => "hold"): Rules {
  const name = Buffer.from(key);
  const isCommit = (wire: Wire, chunk: Buffer) => wire.notes.has("key") && chunk.includes(COMMIT);
  return {
    request: (wire, chunk) => {
      if (isArmed() && chunk.includes(name)) wire.notes.add("key");
      if (!isCommit(wire, chunk)) return "pass";
      if (isBefore) return strike();
      wire.notes.add("commit");
      return "pass";
    },
    answer: (wire) => (wire.notes.has("commit") ? strike() : "pass"),
  };
}
