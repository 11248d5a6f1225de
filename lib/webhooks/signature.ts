import { randomBytes } from "node:crypto";
import { hmacSha256 } from "@/lib/crypto/mac";

const PREFIX = "whsec_";
const SECRET_BYTES = 32;

/** A new signing secret as Standard Webhooks has them: `whsec_` and 32 random bytes in base64. Shown once. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString("base64");
}

export type Signed = Readonly<{
  /** The same for every attempt and for every replay of an event: receivers know by it what they have seen. */
  id: string;
  /** Unix seconds of the attempt. */
  timestamp: number;
  body: string;
}>;

/**
 * The headers of Standard Webhooks 1.0: HMAC-SHA256 over id, timestamp and body, one signature for each secret, parted by
 * spaces. A receiver that knows one of the secrets accepts.
 */
export function webhookHeaders({ id, timestamp, body }: Signed, secrets: readonly string[]): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${hmacSha256(key, `${id}.${timestamp}.${body}`).toString("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": signatures.join(" ") };
}
