import { createHmac, randomBytes } from "node:crypto";
import type { ApiKey } from "../demo/signed-client";
import type { FuzzAnswer } from "./judge";
import type { FuzzCall } from "./stories";

const CALL_MS = 45_000;

type Sent = Pick<FuzzCall, "call" | "body" | "rawBody" | "key"> &
  Readonly<{ path: string; query: Readonly<Record<string, string>> }>;

/** A made-up call, rightly signed: what is looked at is what comes after the signature. */
export async function sendFuzz(server: string, apiKey: ApiKey, sent: Sent): Promise<FuzzAnswer> {
  const { call, path, query, rawBody, key } = sent;
  const url = new URL(`/api/v1${path}`, server);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const body = rawBody ?? (sent.body === undefined ? "" : JSON.stringify(sent.body));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(18).toString("base64url");
  const signed = [call.method, url.pathname + url.search, timestamp, nonce, key ?? "", body.toWellFormed()].join("\n");
  const response = await fetch(url, {
    method: call.method,
    headers: {
      "X-Api-Key": apiKey.id,
      "X-Timestamp": timestamp,
      "X-Nonce": nonce,
      "X-Signature": createHmac("sha256", apiKey.secret).update(signed).digest("hex"),
      ...(key === null ? {} : { "Idempotency-Key": key }),
      ...(body === "" ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === "" ? {} : { body: body.toWellFormed() }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
