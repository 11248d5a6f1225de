import { connect, createServer, type Socket } from "node:net";
import { freePort } from "../processes/ports";

export type Counts = Readonly<{ roundTrips: number; transactions: number }>;
export type CountingProxy = Readonly<{ url: string; counts: () => Counts; close: () => void }>;

const READY_FOR_QUERY = "Z".charCodeAt(0);
const QUERY = "Q".charCodeAt(0);
const SYNC = "S".charCodeAt(0);
const IDLE = "I".charCodeAt(0);
/** A message is a type byte, then its length: four bytes that count themselves. */
const HEADER_BYTES = 5;

/**
 * A proxy before Postgres that counts what passes. A round trip begins with each packet of the client's that comes when
 * everything before it has been answered: only then has it waited. However many statements travel together, in however many
 * packets, they wait once. A transaction ends with each ReadyForQuery that says "idle" (PostgreSQL, Message Formats), be it one
 * statement or a whole block.
 */
export async function startCountingProxy(databaseUrl: string): Promise<CountingProxy> {
  let roundTrips = 0;
  let transactions = 0;
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    client.setNoDelay(true);
    // The start of a connection is answered by a ReadyForQuery as well.
    let unanswered = 0;
    let isStarted = false;
    const readRequests = followMessages((type) => {
      if (type === QUERY || type === SYNC) unanswered += 1;
    });
    const readAnswers = followMessages((type, state) => {
      if (type !== READY_FOR_QUERY) return;
      unanswered -= 1;
      if (state === IDLE) transactions += 1;
    });
    client.on("data", (chunk) => {
      if (unanswered === 0) roundTrips += 1;
      if (isStarted) readRequests(chunk);
      else unanswered += 1;
      isStarted = true;
      database.write(chunk);
    });
    database.on("data", (chunk) => {
      readAnswers(chunk);
      client.write(chunk);
    });
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      open.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  const port = await freePort();
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.href,
    counts: () => ({ roundTrips, transactions }),
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Follows messages through chunks that cut them anywhere; gives the type of each, and the first byte of what it says. */
export function followMessages(onMessage: (type: number, first: number | undefined) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES) {
      const end = 1 + rest.readUInt32BE(1);
      if (rest.length < end) return;
      onMessage(rest.readUInt8(0), end > HEADER_BYTES ? rest[HEADER_BYTES] : undefined);
      rest = rest.subarray(end);
    }
  };
}
