import ipaddr from "ipaddr.js";

const ADDRESS_HEADER = "x-countinghouse-client-address";

const stamps = globalThis as typeof globalThis & { countinghouseStampsAddresses?: boolean };

/**
 * The client's address, as the server's preload wrote it from the socket (or from the proxies it was told to trust).
 * Null without the preload: then the header would be the client's own word.
 */
export function clientAddress(headers: Headers): string | null {
  const text = stamps.countinghouseStampsAddresses ? headers.get(ADDRESS_HEADER) : null;
  return text && ipaddr.isValid(text) ? ipaddr.process(text).toString() : null;
}

/** Whether an address lies in one of the CIDR blocks. No address, no entry. */
export function isAddressIn(address: string | null, blocks: readonly string[]): boolean {
  if (address === null) return false;
  const parsed = ipaddr.process(address);
  return blocks.some((block) => {
    const [range, bits] = ipaddr.parseCIDR(block);
    return parsed.kind() === range.kind() && parsed.match(range, bits);
  });
}
