import { KeyMissingError } from "@/lib/crypto/crypto-errors";
import type { KeyRing } from "@/lib/crypto/key-ring";

/**
 * Reads sealed values that may name a key which was made a moment ago, by a rotation elsewhere: then the ring is loaded again,
 * once. Throws KeyMissingError where the key is really gone.
 */
export async function withKeys<T>(ring: KeyRing, read: () => T): Promise<T> {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KeyMissingError)) throw error;
    await ring.refresh();
    return read();
  }
}
