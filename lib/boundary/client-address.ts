import ipaddr from "ipaddr.js";
import { stampedHeader } from "./stamped-header";

const ADDRESS_HEADER = "x-countinghouse-client-address";

/**
 * The client's address, as the server's preload wrote it from the socket (or from the proxies it was told to trust).
 * Null without the preload.
 */
export function clientAddress(headers: Headers): string | null {
  const text = stampedHeader(headers, ADDRESS_HEADER);
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
