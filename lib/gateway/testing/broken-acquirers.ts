import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { DEADLINE_MS } from "./requests";

const LONG = "x".repeat(99_999);
const HEAD = "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n";
/** Of the whole, or of what a first question has left of it. */
const LATE = new RegExp(`no whole answer within (${DEADLINE_MS}|\\d{1,4}) ms`);

/** Every way in which something between us and an acquirer breaks or forges an answer, and what is then said of it. */
export const BROKEN_ANSWERS: readonly [string, RegExp, (socket: Socket) => void][] = [
  ["garbage", /connection lost/, (socket) => socket.end("\x00\x01 this is not HTTP\r\n\r\n")],
  ["nothing, and closes", /connection lost/, (socket) => socket.end()],
  ["nothing, and resets", /connection lost \(ECONNRESET\)/, (socket) => socket.resetAndDestroy()],
  ["nothing, ever", LATE, () => undefined],
  ["headers, and a body that never comes", LATE, (socket) => socket.write(`${HEAD}content-length: 200\r\n\r\n`)],
  ["a body drop by drop", LATE, drip],
  ["half a body, and closes", /connection lost/, (socket) => socket.end(`${HEAD}content-length: 20\r\n\r\n{"id"`)],
  ["half a document", /cannot be read|status 201/, (socket) => socket.end(`${HEAD}content-length: 5\r\n\r\n{"id"`)],
  ["too much", /more than 65536 bytes/, (socket) => socket.write(`${HEAD}content-length: 99999\r\n\r\n${LONG}`)],
  [
    "a redirect",
    /connection lost/,
    (socket) => socket.write("HTTP/1.1 307 Go\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"),
  ],
];

function drip(socket: Socket): void {
  socket.write(`${HEAD}content-length: 200\r\n\r\n`);
  const timer = setInterval(() => socket.write(" "), 50);
  socket.once("close", () => clearInterval(timer));
}

/** A server that answers every request in this way, and counts them. */
export async function startBroken(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      if (!/^(GET|POST) /.test(chunk.toString())) return;
      requests += 1;
      answer(socket);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
