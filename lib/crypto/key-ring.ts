import { KEY_BYTES } from "./aes-gcm";
import { KeyMissingError } from "./crypto-errors";
import { isKeyId } from "./sealed-text";

/** Keys that encrypt. */
export const SEALING_PURPOSES = [
  "card-number",
  "customer-key",
  "api-secret",
  "webhook-secret",
  "totp-secret",
  "personal-data",
] as const;
/** Keys that authenticate or look up. A key never serves two purposes (NIST SP 800-57, 5.2). */
export const MAC_PURPOSES = ["card-fingerprint", "idempotency-fingerprint", "blind-index", "code-pepper"] as const;
export const KEY_PURPOSES = [...SEALING_PURPOSES, ...MAC_PURPOSES] as const;

export type SealingPurpose = (typeof SEALING_PURPOSES)[number];
export type MacPurpose = (typeof MAC_PURPOSES)[number];
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** `kid` is 1 to 64 of `A-Z a-z 0-9 - _`; `key` is 32 random bytes. */
export type DataKey = Readonly<{ kid: string; purpose: KeyPurpose; key: Uint8Array; createdAt: Date }>;

export type KeyRing = Readonly<{
  /** The newest key of a purpose: the one to write with. Throws KeyMissingError when there is none. */
  current: (purpose: KeyPurpose) => DataKey;
  /** The key a stored value names. Throws KeyMissingError when it is not loaded. */
  byId: (purpose: KeyPurpose, kid: string) => DataKey;
  /** Learns of keys that were made since. Nothing to do for a ring that stands by itself. */
  refresh: () => Promise<void>;
}>;

/**
 * Holds the data keys in memory, by purpose and id. Throws for a key of another length, a malformed id, or an id that
 * occurs twice for a purpose. The keys stay in a closure: a ring that is logged or serialised shows none.
 */
export function createKeyRing(keys: readonly DataKey[]): KeyRing {
  const byName = new Map<string, DataKey>();
  const newest = new Map<KeyPurpose, DataKey>();
  for (const given of keys) {
    const key = checkDataKey(given);
    const name = nameOf(key.purpose, key.kid);
    if (byName.has(name)) throw new Error(`Key "${key.kid}" for "${key.purpose}" is there twice. Remove one of them.`);
    byName.set(name, key);
    const other = newest.get(key.purpose);
    if (other === undefined || isNewer(key, other)) newest.set(key.purpose, key);
  }
  return Object.freeze({
    current(purpose) {
      const key = newest.get(purpose);
      if (key === undefined) throw new KeyMissingError(null, purpose);
      return key;
    },
    byId(purpose, kid) {
      const key = byName.get(nameOf(purpose, kid));
      if (key === undefined) throw new KeyMissingError(kid, purpose);
      return key;
    },
    refresh: async () => undefined,
  } satisfies KeyRing);
}

function nameOf(purpose: KeyPurpose, kid: string): string {
  return `${purpose} ${kid}`;
}

/** Two servers must agree on the current key, also when two keys were made in the same millisecond. */
function isNewer(a: DataKey, b: DataKey): boolean {
  const difference = a.createdAt.getTime() - b.createdAt.getTime();
  return difference === 0 ? a.kid > b.kid : difference > 0;
}

function checkDataKey(given: DataKey): DataKey {
  const { kid, purpose, key, createdAt } = given;
  if (!isKeyId(kid))
    throw new Error(`A key id for "${purpose}" is malformed: use 1 to 64 letters, digits, "-" or "_".`);
  if (key.length !== KEY_BYTES) {
    throw new Error(`Key "${kid}" for "${purpose}" has ${key.length} bytes and needs ${KEY_BYTES}.`);
  }
  if (Number.isNaN(createdAt.getTime())) throw new Error(`Key "${kid}" for "${purpose}" has no valid creation time.`);
  // A copy: nobody who still holds the caller's array can change a key under way.
  return Object.freeze({ kid, purpose, key: Uint8Array.from(key), createdAt: new Date(createdAt) });
}
