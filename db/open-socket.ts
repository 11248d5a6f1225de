import { Socket } from "node:net";

/** What postgres.js knows of where the database is; each host goes with the port at its place. */
type Target = Readonly<{ host: readonly string[]; port: readonly number[]; path: string | false }>;

/** ReadyForQuery, the last message of a greeting: its kind and length; one byte of state follows. */
const READY = Buffer.from("5a00000005", "hex");

/**
 * Makes the sockets of one postgres.js client. They are ours for two reasons. The driver sends what is pipelined in pieces of
 * about a kilobyte; with Nagle's algorithm, which it leaves on, the second piece waits until the first is acknowledged, which is
 * with its answer: a round trip more for each transaction that writes more than a little. And to a server that takes a connection and
 * closes it at once, as a proxy without a database behind it does, postgres.js would connect again and again, thousands
 * of times a second, and its caller would wait for ever. Here such an end is a failure like a refused connection.
 */
export function socketsOf(): (target: Target) => Socket {
  let next = 0;
  return ({ host, port, path }) => {
    const socket = new Socket().setNoDelay(true);
    failUntilReady(socket);
    if (path) return socket.connect(path);
    const index = next++ % Math.max(port.length, 1);
    const to = { host: host[index] ?? "localhost", port: port[index] ?? 5432 };
    // The driver reads them for its messages, and for the name that a certificate has to have.
    return Object.assign(socket.connect(to), to);
  };
}

/** Once Postgres has said that it is ready, the driver does well with an end. After our own end it is only the answer to that. */
function failUntilReady(socket: Socket): void {
  let isReady = false;
  const read = (chunk: Buffer) => {
    isReady = chunk.subarray(-READY.length - 1).indexOf(READY) === 0;
    if (isReady) socket.off("data", read);
  };
  socket.on("data", read);
  socket.once("end", () => {
    if (!isReady && !socket.writableEnded) socket.destroy(closedByServer());
  });
}

function closedByServer(): Error {
  return Object.assign(new Error("The database closed the connection"), { code: "CONNECTION_CLOSED" });
}
