import { hash, type Options, verify } from "@node-rs/argon2";

/**
 * OWASP Password Storage Cheat Sheet, argon2id (the library's default): 19 MiB, 2 passes, 1 lane. About 20 ms of one core, on libuv's pool, so
 * at most four run at once and the event loop goes on.
 */
const PARAMETERS = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
  outputLen: 32,
} as const satisfies Options;

/**
 * The hash of 32 random bytes that were thrown away. Who signs in with an unknown e-mail is checked against it, so that
 * the answer takes as long as for a known one (ASVS 6.3.8). Same parameters as above: a test compares them.
 */
const HASH_OF_NOBODY =
  "$argon2id$v=19$m=19456,t=2,p=1$vxEpdEOZBw/KUgjeDTseWQ$gXfnAtr5JGQt9LmsezSE7enXLjlmzbP6e+wDONBBTms";

/** Longest password that is looked at, in UTF-16 units: far above the 128 that must work (ASVS 6.2.9). */
export const PASSWORD_LENGTH_MAX = 1024;

/** argon2id as a PHC string. The whole password counts: nothing is trimmed, cut or case-folded (ASVS 6.2.8). */
export function hashPassword(password: string): Promise<string> {
  return hash(toBytes(password), PARAMETERS);
}

/**
 * Whether the password is the hashed one. Without a hash (no such user) it does the same work and says no.
 * Throws when the stored hash is not a PHC string: that is a broken row, not a wrong password.
 */
export async function verifyPassword(storedHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(storedHash ?? HASH_OF_NOBODY, toBytes(password));
  return matches && storedHash !== null && password.isWellFormed() && password.length <= PASSWORD_LENGTH_MAX;
}

/**
 * NFKC (NIST SP 800-63B-4, 3.1.1.2), so that "é" typed on a Mac and on a phone is one password. A text with half of a
 * surrogate pair has no bytes of its own and never matches, see above.
 */
function toBytes(password: string): Buffer {
  return Buffer.from(password.slice(0, PASSWORD_LENGTH_MAX).normalize("NFKC"), "utf8");
}
