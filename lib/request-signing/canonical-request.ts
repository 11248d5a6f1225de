/** The parts of a request that its signature covers, as they are on the wire. */
export type SignedParts = Readonly<{
  method: string;
  /** Path and query as the WHATWG URL standard serialises them. */
  path: string;
  timestamp: string;
  nonce: string;
  /** The header's value, empty if there is none. */
  idempotencyKey: string;
  body: Uint8Array;
}>;

/** The bytes that are signed: the parts, each on a line of its own, the body last and as it came. */
export function canonicalRequest({ method, path, timestamp, nonce, idempotencyKey, body }: SignedParts): Buffer {
  const head = [method.toUpperCase(), path, timestamp, nonce, idempotencyKey, ""].join("\n");
  return Buffer.concat([Buffer.from(head, "utf8"), body]);
}

/** Path and query of a URL, as the WHATWG URL standard serialises them: `'` in a query is `%27`, a bare `?` is dropped. */
export function canonicalPath(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
