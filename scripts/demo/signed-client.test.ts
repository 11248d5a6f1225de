import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSignedClient } from "./signed-client";

type Seen = { headers: IncomingHttpHeaders; url: string; body: string };
const seen: Seen[] = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  seen.push({ headers: request.headers, url: request.url ?? "", body });
  response.writeHead(201, { "Content-Type": "application/json" }).end('{"id":"pay_1"}');
});

beforeEach(async () => {
  seen.length = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => server.close());

test("each call is signed over what is on the wire, with a nonce of its own", async () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const client = createSignedClient(`http://127.0.0.1:${port}`, { id: "key_test_1", secret: "cs_test_1" });
  expect(await client.post("/payments", { amount: "1.00" }, "order-1")).toEqual({ status: 201, body: { id: "pay_1" } });
  await client.post("/cards", {});
  for (const { headers, url, body } of seen) {
    const { "x-timestamp": timestamp, "x-nonce": nonce, "idempotency-key": key = "" } = headers;
    const signed = ["POST", url, timestamp, nonce, key, body].join("\n");
    expect(headers["x-signature"]).toBe(createHmac("sha256", "cs_test_1").update(signed).digest("hex"));
    expect(nonce).toMatch(/^[A-Za-z0-9_-]{16,64}$/);
  }
  expect(seen.map(({ url }) => url)).toEqual(["/api/v1/payments", "/api/v1/cards"]);
  expect(new Set(seen.map(({ headers }) => headers["x-nonce"])).size).toBe(2);
});
