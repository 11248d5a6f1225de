import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";

export type Received = Readonly<{ path: string; headers: IncomingHttpHeaders; body: string }>;
/** What the receiver does with a call; by default it answers 204. */
export type Behaviour = (response: ServerResponse, call: Received) => void;

export const answering =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end();

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** A merchant's server, which keeps what it was sent. */
export async function startReceiver() {
  const received: Received[] = [];
  let behave: Behaviour = answering(204);
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const call = { path: request.url ?? "", headers: request.headers, body };
    received.push(call);
    behave(response, call);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    behave: (next: Behaviour) => {
      behave = next;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
