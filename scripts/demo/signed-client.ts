import { createHmac, randomBytes } from "node:crypto";

export type ApiKey = Readonly<{ id: string; secret: string }>;
export type ApiAnswer = Readonly<{ status: number; body: unknown }>;
export type SignedClient = Readonly<{
  post: (path: string, body: unknown, idempotencyKey?: string) => Promise<ApiAnswer>;
}>;

const CALL_MS = 30_000;

/**
 * A client of the payments API as a merchant would write it: each request is signed with HMAC-SHA256 over method,
 * path, time, nonce, idempotency key and body. `path` is relative to the version, such as "/payments".
 */
export function createSignedClient(baseUrl: string, key: ApiKey): SignedClient {
  return {
    post: async (path, content, idempotencyKey = "") => {
      const url = new URL(`/api/v1${path}`, baseUrl);
      const body = JSON.stringify(content);
      const timestamp = String(Math.floor(Date.now() / 1000));
      const nonce = randomBytes(18).toString("base64url");
      const signed = ["POST", url.pathname + url.search, timestamp, nonce, idempotencyKey, body].join("\n");
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-Api-Key": key.id,
          "X-Timestamp": timestamp,
          "X-Nonce": nonce,
          "X-Signature": createHmac("sha256", key.secret).update(signed).digest("hex"),
          ...(idempotencyKey === "" ? {} : { "Idempotency-Key": idempotencyKey }),
        },
        body,
        signal: AbortSignal.timeout(CALL_MS),
      });
      return { status: response.status, body: await response.json() };
    },
  };
}
