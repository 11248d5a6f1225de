import ipaddr from "ipaddr.js";

/**
 * The part of an address that one holder has: an IPv4 address, or the /64 of an IPv6 one, of which anybody with one address
 * has them all. Limits per address count these.
 */
export function addressBlock(address: string | null): string {
  const parsed = parse(address);
  if (parsed === null) return "unknown";
  return parsed instanceof ipaddr.IPv6 ? prefix(parsed, 64) : parsed.toString();
}

/** The /48 of an IPv6 address, which a site is commonly given; null for all else. */
export function addressNetwork(address: string | null): string | null {
  const parsed = parse(address);
  return parsed instanceof ipaddr.IPv6 ? prefix(parsed, 48) : null;
}

function parse(address: string | null) {
  return address !== null && ipaddr.isValid(address) ? ipaddr.process(address) : null;
}

function prefix({ parts }: ipaddr.IPv6, bits: 48 | 64): string {
  const groups = parts.slice(0, bits / 16).map((part) => part.toString(16));
  return `${groups.join(":")}::/${bits}`;
}
