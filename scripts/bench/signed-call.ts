import { createHmac, randomBytes } from "node:crypto";
import type { ApiKey } from "../demo/signed-client";
import type { Call } from "./load";

/** A call as the contract has it signed, with a nonce and (for a POST) an idempotency key of its own. */
export function signedCall(key: ApiKey, method: "GET" | "POST", path: string, body = ""): Call {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(18).toString("base64url");
  const idempotencyKey = method === "POST" ? `bench-${nonce}` : "";
  const signed = [method, path, timestamp, nonce, idempotencyKey, body].join("\n");
  return {
    method,
    path,
    body,
    headers: {
      "x-api-key": key.id,
      "x-timestamp": timestamp,
      "x-nonce": nonce,
      "x-signature": createHmac("sha256", key.secret).update(signed).digest("hex"),
      ...(method === "POST" && {
        "idempotency-key": idempotencyKey,
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
      }),
    },
  };
}
