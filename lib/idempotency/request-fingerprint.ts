import type { KeyRing } from "@/lib/crypto/key-ring";
import { mac } from "@/lib/crypto/mac";

/**
 * Tells whether a request with a known key is the same request: an HMAC (card numbers pass through here, and a plain
 * hash of one can be searched) over the body as parsed JSON, so that key order and white space do not matter. `cvc` is
 * left out: a retry may come without it, and nothing derived from it may be stored (PCI DSS 3.3.1).
 */
export function requestFingerprint(ring: KeyRing, scope: readonly string[], body: unknown): Buffer {
  return mac(ring, "idempotency-fingerprint", [...scope, canonicalJson(body, true)]).digest;
}

function canonicalJson(value: unknown, isTop: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, false)).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([name]) => !(isTop && name === "cvc"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, false)}`);
  return `{${members.join(",")}}`;
}
