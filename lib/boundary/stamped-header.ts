const stamps = globalThis as typeof globalThis & { countinghouseStampsAddresses?: boolean };

/** A header that the server's preload writes. Null without the preload: then it would be the client's own word. */
export function stampedHeader(headers: Headers, name: string): string | null {
  return stamps.countinghouseStampsAddresses ? headers.get(name) : null;
}
