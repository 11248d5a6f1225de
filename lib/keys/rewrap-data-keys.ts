import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { constantTimeEqual } from "@/lib/crypto/constant-time";
import { unwrapDataKey, wrapDataKey } from "@/lib/crypto/key-wrapping";
import { type MasterKey, type MasterKeys, parseMasterKeys } from "@/lib/crypto/master-keys";
import { keyIdOf } from "@/lib/crypto/sealed-text";
import { listDataKeys, lockFirstKeys, rewrapDataKey, type StoredDataKey } from "./data-key-store";

export type RewrapReport = Readonly<{
  /** The master key that every data key is wrapped under now. */
  masterKeyId: string;
  rewrapped: number;
  total: number;
  /** Master keys that were given and that nothing needs any more. */
  free: readonly string[];
}>;

/**
 * Wraps every data key under the first master key, whatever its purpose and whether it is written with or not: the data keys
 * are all that a master key wraps, so the others may be taken away afterwards. One commit, so a crash leaves all as it was or all
 * done. The keys themselves stay as they are, and so does every value and digest that was made with them. Throws, with nothing
 * changed, when one of them does not open under the master keys that are given.
 */
export async function rewrapDataKeys(client: DatabaseClient, masterKeys: string): Promise<RewrapReport> {
  const masters = parseMasterKeys(masterKeys);
  const [current, ...older] = masters;
  return transact(client, systemContext("key-rotation"), async (tx) => {
    await lockFirstKeys(tx);
    const stored = await listDataKeys(tx);
    const left = stored.filter(({ wrappedKey }) => keyIdOf(wrappedKey) !== current.kid);
    for (const key of left) {
      if (!(await rewrapDataKey(tx, key.kid, key.wrappedKey, wrapAnew(masters, current, key)))) {
        throw new Error(`Data key "${key.kid}" was changed by somebody else meanwhile. Run this again.`);
      }
    }
    return {
      masterKeyId: current.kid,
      ...{ rewrapped: left.length, total: stored.length },
      free: older.map(({ kid }) => kid),
    };
  });
}

/** Opened again before it is stored: what replaces the only copy of a key has to be one. */
function wrapAnew(masters: MasterKeys, current: MasterKey, { purpose, kid, wrappedKey }: StoredDataKey): string {
  const key = unwrapDataKey(masters, { purpose, kid, wrapped: wrappedKey });
  const wrapped = wrapDataKey(current, { purpose, kid, key });
  if (!constantTimeEqual(unwrapDataKey([current], { purpose, kid, wrapped }), key)) {
    throw new Error(`Data key "${kid}" did not come back from its new wrapping. Nothing was changed.`);
  }
  return wrapped;
}
