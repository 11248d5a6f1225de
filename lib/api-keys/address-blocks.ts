import ipaddr from "ipaddr.js";
import { z } from "zod";

/** As many as a person can look over. */
const BLOCKS_MAX = 50;

/**
 * A CIDR block, IPv4 or IPv6, as its network's address and length; an address alone is a block of one. Host bits are cleared, and
 * an IPv4 block that was written as an IPv6 one becomes IPv4, as the addresses that it is compared with are. Null for anything else:
 * the short and octal forms that some programs read as other addresses are none.
 */
export function parseAddressBlock(text: string): string | null {
  const [address = "", bits, ...more] = text.trim().split("/");
  if (more.length > 0 || (bits !== undefined && !/^(0|[1-9]\d{0,2})$/.test(bits))) return null;
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return network(ipaddr.IPv4, address, bits ?? "32");
  if (!address.includes(":") || address.includes("%") || !ipaddr.IPv6.isValid(address)) return null;
  const parsed = ipaddr.IPv6.parse(address);
  if (!parsed.isIPv4MappedAddress()) return network(ipaddr.IPv6, address, bits ?? "128");
  const left = Number(bits ?? "128") - 96;
  return left < 0 ? null : network(ipaddr.IPv4, parsed.toIPv4Address().toString(), String(left));
}

function network(family: typeof ipaddr.IPv4 | typeof ipaddr.IPv6, address: string, bits: string): string | null {
  const block = `${address}/${bits}`;
  return family.isValidCIDR(block) ? `${family.networkAddressFromCIDR(block)}/${bits}` : null;
}

/** The addresses that a key may be used from; none given means from anywhere, and is null. */
export const addressBlocks = z
  .array(z.string().max(64))
  .max(BLOCKS_MAX, `Give at most ${BLOCKS_MAX} addresses or blocks.`)
  .transform((texts, context) => {
    const blocks = texts.map((text, index) => {
      const block = parseAddressBlock(text);
      if (block === null) {
        const message = "Write an address or a CIDR block, such as 203.0.113.7 or 2001:db8::/32.";
        context.addIssue({ code: "custom", message, path: [index] });
      }
      return block ?? "";
    });
    return blocks.length === 0 ? null : [...new Set(blocks)];
  });
