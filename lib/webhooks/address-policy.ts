import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** What `WEBHOOK_ALLOW_PRIVATE` lets through. Carrier-grade NAT is not among it: some clouds keep their metadata there. */
const PRIVATE: ReadonlySet<string> = new Set(["private", "loopback", "uniqueLocal"]);

/** What the Internet Assigned Numbers Authority gives out for use on the Internet at all. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");
/** The address of a cloud's metadata among unique local ones. */
const METADATA_IPV6 = ipaddr.IPv6.parse("fd00:ec2::254").toString();

/**
 * Whether anything may be sent to an address (SSRF; ASVS 1.3.6): to public unicast ones alone, and where `allowPrivate` says so
 * to private ones and this machine. Never to link-local ones, where clouds keep their metadata, nor to what wraps an IPv4
 * address for somebody else to unwrap (NAT64, 6to4, Teredo). What is no address at all is refused.
 */
export function mayReach(address: string, allowPrivate: boolean): boolean {
  if (isIP(address) === 0) return false;
  // An IPv4 address that is mapped into IPv6 is what the system connects to: it is judged as that.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (PRIVATE.has(range)) return allowPrivate && parsed.toString() !== METADATA_IPV6;
  return range === "unicast" && (parsed.kind() === "ipv4" || parsed.match(GLOBAL_IPV6));
}
