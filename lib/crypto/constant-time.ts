import { timingSafeEqual } from "node:crypto";

/**
 * Whether two secrets are equal, in a time that depends on their length alone (which is no secret here).
 * Texts are compared as UTF-16, which keeps every one distinct; UTF-8 would make all lone surrogates equal.
 */
export function constantTimeEqual(a: string, b: string): boolean;
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean;
export function constantTimeEqual(a: Uint8Array | string, b: Uint8Array | string): boolean {
  const left = toBytes(a);
  const right = toBytes(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function toBytes(value: Uint8Array | string): Uint8Array {
  return typeof value === "string" ? Buffer.from(value, "utf16le") : value;
}
