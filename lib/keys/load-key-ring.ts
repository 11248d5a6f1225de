import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { transact } from "@/db/transact";
import { createKeyRing, KEY_PURPOSES, type KeyPurpose, type KeyRing } from "@/lib/crypto/key-ring";
import { createDataKey, unwrapDataKey, wrapDataKey } from "@/lib/crypto/key-wrapping";
import { type MasterKeys, parseMasterKeys } from "@/lib/crypto/master-keys";
import { insertDataKey, listDataKeys, lockFirstKeys, type StoredDataKey } from "./data-key-store";

/**
 * Unwraps the data keys with the master keys, and makes the first key of each purpose that has none.
 * Throws when the master key that wrapped one of them is not given: a ring with a hole would fail later, and worse.
 */
export async function loadKeyRing(client: DatabaseClient, masterKeys: string): Promise<KeyRing> {
  const masters = parseMasterKeys(masterKeys);
  const stored = await listDataKeys(client.db);
  return toRing(missingPurposes(stored).length === 0 ? stored : await makeFirstKeys(client, masters), masters);
}

function missingPurposes(stored: readonly StoredDataKey[]): KeyPurpose[] {
  const present = new Set(stored.map((key) => key.purpose));
  return KEY_PURPOSES.filter((purpose) => !present.has(purpose));
}

async function makeFirstKeys(client: DatabaseClient, masters: MasterKeys): Promise<StoredDataKey[]> {
  return transact(client, systemContext("startup"), async (tx) => {
    await lockFirstKeys(tx);
    const stored = await listDataKeys(tx);
    // Fails when these are not the master keys of what is there: a key made with them would be lost with the mistake.
    toRing(stored, masters);
    for (const purpose of missingPurposes(stored)) {
      const key = createDataKey(purpose, new Date());
      await insertDataKey(tx, { purpose, kid: key.kid, wrappedKey: wrapDataKey(masters[0], key) });
    }
    return listDataKeys(tx);
  });
}

/** The ring of these keys, each unwrapped. */
export function toRing(stored: readonly StoredDataKey[], masters: MasterKeys): KeyRing {
  const known = new Set<string>(KEY_PURPOSES);
  const isKnown = (key: StoredDataKey): key is StoredDataKey & { purpose: KeyPurpose } => known.has(key.purpose);
  return createKeyRing(
    stored.filter(isKnown).map(({ purpose, kid, wrappedKey, createdAt }) => ({
      purpose,
      kid,
      createdAt,
      key: unwrapDataKey(masters, { purpose, kid, wrapped: wrappedKey }),
    })),
  );
}
