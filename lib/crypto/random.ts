import { randomBytes } from "node:crypto";

/** 128 bits, the least a session token or an API secret may have (ASVS 7.2.3, 11.5.1). */
const MIN_TOKEN_BYTES = 16;

/** An unguessable token from the operating system's generator, in base64url: 43 characters for 32 bytes. */
export function randomToken(bytes = 32): string {
  if (!Number.isInteger(bytes) || bytes < MIN_TOKEN_BYTES) {
    throw new RangeError(`A token needs at least ${MIN_TOKEN_BYTES} bytes to be unguessable.`);
  }
  return randomBytes(bytes).toString("base64url");
}
