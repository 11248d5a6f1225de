import { createHmac, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import type { ApiKey } from "../demo/signed-client";

export type Answer = Readonly<{ status: number; text: string; replayed: boolean; retryAfter: string | null }>;
/** No answer, or none that was whole: the caller does not know what has happened. */
export type Lost = Readonly<{ status: 0; text: string; replayed: false; retryAfter: null }>;

export type Order = Readonly<{ method?: "GET" | "POST" | "DELETE"; path: string; key?: string; body?: unknown }>;

const CALL_MS = 45_000;
/** A connection for each call: one that is kept may be closed by the server just as it is used again, which would look like a fault. */
const agent = new Agent({ keepAlive: false, maxSockets: 256 });

/** One signed call to a server, as a merchant's client makes it. Never rejects. `spoil` signs with another secret. */
export function call(port: number, apiKey: ApiKey, order: Order, spoil = false): Promise<Answer | Lost> {
  const { method = "POST", path, key = "", body } = order;
  const text = body === undefined ? "" : JSON.stringify(body);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(18).toString("base64url");
  const target = `/api/v1${path}`;
  const secret = spoil ? `${apiKey.secret}x` : apiKey.secret;
  const signature = createHmac("sha256", secret)
    .update([method, target, timestamp, nonce, key, text].join("\n"))
    .digest("hex");
  return exchange(port, method, target, text, {
    "x-api-key": apiKey.id,
    "x-timestamp": timestamp,
    "x-nonce": nonce,
    "x-signature": signature,
    ...(key === "" ? {} : { "idempotency-key": key }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  });
}

/** Sends a request and reads the whole answer. Never rejects. */
export function exchange(
  port: number,
  method: string,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer | Lost> {
  return new Promise((resolve) => {
    const lost = (error: Error) => resolve({ status: 0, text: error.message, replayed: false, retryAfter: null });
    const length = { "content-length": String(Buffer.byteLength(body)) };
    const sent = request(
      { agent, host: "127.0.0.1", port, method, path, headers: { ...headers, ...length }, timeout: CALL_MS },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", lost);
        response.on("aborted", () => lost(new Error("the answer was cut off")));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString("utf8"),
            replayed: response.headers["idempotent-replayed"] === "true",
            retryAfter: response.headers["retry-after"] ?? null,
          }),
        );
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${CALL_MS} ms`)));
    sent.on("error", lost);
    sent.end(body);
  });
}
