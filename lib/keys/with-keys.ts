import { violatedConstraint } from "@/db/transact";
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

/** What refuses a value that was sealed under a retired key. */
const RETIRED = new Set<string | null>(["cards_key_id_data_keys_kid_fk", "customers_key_id_data_keys_kid_fk"]);

/**
 * Runs a transaction that seals. Where the key that it sealed with was retired meanwhile, the ring is loaded again and it runs
 * once more, with the newer key.
 */
export async function withCurrentKeys<T>(ring: KeyRing, seal: () => Promise<T>): Promise<T> {
  try {
    return await seal();
  } catch (error) {
    if (!RETIRED.has(violatedConstraint(error))) throw error;
    await ring.refresh();
    return seal();
  }
}
