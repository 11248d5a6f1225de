import ipaddr from "ipaddr.js";

/**
 * The part of an address that one holder has: an IPv4 address, or the /64 of an IPv6 one, of which anybody with one address
 * has them all. Limits per address count these.
 */
export function addressBlock(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
