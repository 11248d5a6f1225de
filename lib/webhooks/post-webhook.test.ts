import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { postWebhook } from "./post-webhook";

let server: Server | undefined;
afterEach(() => server?.close());

/** A receiver that answers whatever it is sent with these bytes, and keeps the connection. */
async function answeringBytes(answer: string): Promise<string> {
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.write(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

const HOUR = 3_600_000;

it("webhooks.upgrade: the attack is to switch protocols, so that the attempt never ends; it has failed, with that status", async () => {
  const url = await answeringBytes("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
  expect(await postWebhook(url, {}, "{}", { allowPrivate: true, timeoutMs: HOUR })).toMatchObject({ statusCode: 101 });
});

it.each([
  ["nothing but half a status line", "HTTP/1.1 2", "timeout"],
  ["no end of provisional answers", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(3), "timeout"],
])("webhooks.timeout: %s ends with the time it has", async (_, bytes, error) => {
  const url = await answeringBytes(bytes);
  expect(await postWebhook(url, {}, "{}", { allowPrivate: true, timeoutMs: 50 })).toMatchObject({ error });
});

it("webhooks.timeout: a name server that never answers holds nobody up, neither beyond the time nor a server that stops", async () => {
  const resolve = () => new Promise<never>(() => {});
  const limits = { allowPrivate: true, resolve } as const;
  expect(await postWebhook("http://a.test", {}, "{}", { ...limits, timeoutMs: 50 })).toMatchObject({
    error: "timeout",
  });
  const stopped = AbortSignal.abort();
  const ended = await postWebhook("http://a.test", {}, "{}", { ...limits, timeoutMs: HOUR, stopped });
  expect(ended).toMatchObject({ error: "server_stopped" });
});

it("webhooks.answer: one that never ends counts by its status, and is cut off", async () => {
  const url = await answeringBytes("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf of i");
  expect(await postWebhook(url, {}, "{}", { allowPrivate: true, timeoutMs: HOUR })).toMatchObject({ statusCode: 200 });
});
