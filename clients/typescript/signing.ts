export type SignedParts = Readonly<{
  method: string;
  /** Path and query, as `new URL(…)` gives them. */
  path: string;
  /** Unix seconds. */
  timestamp: string;
  nonce: string;
  /** Empty if there is none. */
  idempotencyKey: string;
  /** The text that is sent, empty if there is none. */
  body: string;
}>;

/** The signature of a call: HMAC-SHA256 in lower-case hexadecimal. */
export async function sign(secret: string, parts: SignedParts): Promise<string> {
  const { method, path, timestamp, nonce, idempotencyKey, body } = parts;
  const text = [method.toUpperCase(), path, timestamp, nonce, idempotencyKey, body].join("\n");
  const signature = await hmacSha256(new TextEncoder().encode(secret), text);
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function hmacSha256(secret: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
}
