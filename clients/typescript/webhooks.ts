import { WebhookError } from "./errors.ts";
import { hmacSha256 } from "./signing.ts";
import type { Event } from "./types.ts";

export type VerifyOptions = Readonly<{
  /** How old a webhook may be, or how far ahead, in seconds. */
  toleranceSeconds?: number;
  /** Unix seconds; for tests. */
  now?: number;
}>;

type GivenHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The event of a webhook, once it is sure that it is ours: `body` is the raw text as it came, `secret` the endpoint's. While a
 * secret is being rotated there are two signatures; one is enough. Rejects with `WebhookError`. It does not know what has
 * arrived before: remember `webhook-id`.
 */
export async function verifyWebhook(
  body: string,
  headers: GivenHeaders,
  secret: string,
  { toleranceSeconds = 300, now = Date.now() / 1000 }: VerifyOptions = {},
): Promise<Event> {
  const id = read(headers, "webhook-id");
  const timestamp = read(headers, "webhook-timestamp");
  const signatures = read(headers, "webhook-signature").split(" ");
  if (!/^[0-9]{1,12}$/.test(timestamp)) throw new WebhookError("webhook-timestamp is not Unix seconds.");
  if (Math.abs(now - Number(timestamp)) > toleranceSeconds) throw new WebhookError("The webhook is too old.");
  const right = await hmacSha256(secretBytes(secret), `${id}.${timestamp}.${body}`);
  // Every signature is looked at, so that the time taken does not tell which one was right.
  const matches = signatures.filter((signature) => isSame(right, signature));
  if (matches.length === 0) throw new WebhookError("The signature is not ours.");
  return JSON.parse(body) as Event;
}

function read(headers: GivenHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value !== "string" || value === "") throw new WebhookError(`The header ${name} is missing.`);
  return value;
}

function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  return bytesOf(secret.replace(/^whsec_/, "")) ?? fail("The secret is not one of a webhook endpoint: whsec_…");
}

function isSame(right: Uint8Array, signature: string): boolean {
  const given = signature.startsWith("v1,") ? bytesOf(signature.slice(3)) : null;
  if (given?.length !== right.length) return false;
  return right.reduce((difference, byte, index) => difference | (byte ^ (given[index] ?? 0)), 0) === 0;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function fail(message: string): never {
  throw new WebhookError(message);
}
