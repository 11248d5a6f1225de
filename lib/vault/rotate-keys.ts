import { setTimeout as sleep } from "node:timers/promises";
import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { type Transaction, transact } from "@/db/transact";
import { recordAudit } from "@/lib/audit/record";
import { open, seal } from "@/lib/crypto/aead";
import { DecryptionError } from "@/lib/crypto/crypto-errors";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { createDataKey, wrapDataKey } from "@/lib/crypto/key-wrapping";
import { parseMasterKeys } from "@/lib/crypto/master-keys";
import { insertDataKey, listDataKeys, lockFirstKeys } from "@/lib/keys/data-key-store";
import { KEYS_KNOWN_AFTER_MS } from "@/lib/keys/known-after";
import { loadKeyRing, toRing } from "@/lib/keys/load-key-ring";
import {
  countUnder,
  ROTATED_PURPOSES,
  type RotatedPurpose,
  replaceSealed,
  retireDataKey,
  type SealedValue,
  valuesUnder,
} from "./reseal-store";

export type RotationProgress = Readonly<{ purpose: RotatedPurpose; done: number; total: number }>;

export type RotationReport = Readonly<{
  purpose: RotatedPurpose;
  /** The key that everything is sealed under now. */
  keyId: string;
  /** An earlier rotation had begun it. */
  resumed: boolean;
  /** How many values were sealed anew by this run, and how long that took without the waiting. */
  resealed: number;
  milliseconds: number;
  /** Rows whose value could not be opened: they were tampered with. Their keys are kept. */
  unreadable: readonly string[];
  retired: readonly string[];
  kept: readonly string[];
}>;

type Options = Readonly<{ onProgress?: (progress: RotationProgress) => void; batch?: number; knownAfterMs?: number }>;

const CONTEXT = systemContext("key-rotation");

/** Values that others sealed under an old key just before it was retired: they are sealed anew in another round. */
const ROUNDS_MAX = 5;

/**
 * Makes a new data key for card numbers and one for customers' keys, seals everything under them while servers run, and
 * retires the old ones. May be killed at any moment: what is done stays, and the next run goes on with the same keys. A key
 * under which anything is sealed is never retired: the database refuses.
 */
export async function rotateKeys(
  client: DatabaseClient,
  masterKeys: string,
  { onProgress = () => undefined, batch = 500, knownAfterMs = KEYS_KNOWN_AFTER_MS }: Options = {},
): Promise<RotationReport[]> {
  const resumed = await beginRotation(client, masterKeys);
  const ring = await loadKeyRing(client, masterKeys);
  const reports: RotationReport[] = [];
  for (const purpose of ROTATED_PURPOSES) {
    const rotation = { client, ring, purpose, batch, onProgress, knownAfterMs };
    reports.push({ ...(await rotate(rotation)), resumed: resumed.has(purpose) });
  }
  return reports;
}

/** Makes a key for each purpose, but where an earlier rotation's key is there that has not come to its end. */
async function beginRotation(client: DatabaseClient, masterKeys: string): Promise<Set<RotatedPurpose>> {
  // Fails for master keys that do not open what is there.
  await loadKeyRing(client, masterKeys);
  const masters = parseMasterKeys(masterKeys);
  return transact(client, CONTEXT, async (tx) => {
    await lockFirstKeys(tx);
    const stored = await listDataKeys(tx);
    const ring = toRing(stored, masters);
    const unfinished = new Set<RotatedPurpose>();
    for (const purpose of ROTATED_PURPOSES) {
      const { kid: newest } = ring.current(purpose);
      const older = stored.filter((key) => key.purpose === purpose && key.kid !== newest);
      for (const { kid } of older) if (await isToBeRetired(tx, ring, purpose, kid)) unfinished.add(purpose);
      if (unfinished.has(purpose)) continue;
      const key = createDataKey(purpose, new Date());
      await insertDataKey(tx, { purpose, kid: key.kid, wrappedKey: wrapDataKey(masters[0], key) });
    }
    return unfinished;
  });
}

const LOOK_AT = 500;

/** Whether a run has something to do about an older key. One under which there are unreadable values alone has to stay. */
async function isToBeRetired(tx: Transaction, ring: KeyRing, purpose: RotatedPurpose, kid: string): Promise<boolean> {
  for (let after = ""; ; ) {
    const values = await valuesUnder(tx, purpose, kid, { after, limit: LOOK_AT });
    const last = values.at(-1);
    if (last === undefined) return after === "";
    if (values.some((value) => tryToOpen(ring, purpose, value) !== null)) return true;
    after = last.id;
  }
}

/** Null for a value that was tampered with. */
function tryToOpen(ring: KeyRing, purpose: RotatedPurpose, { sealed, at }: SealedValue): string | null {
  try {
    return open(ring, purpose, sealed, at);
  } catch (error) {
    if (!(error instanceof DecryptionError)) throw error;
    return null;
  }
}

type Rotation = Readonly<{
  client: DatabaseClient;
  ring: KeyRing;
  purpose: RotatedPurpose;
  batch: number;
  onProgress: (progress: RotationProgress) => void;
  knownAfterMs: number;
}>;

async function rotate(rotation: Rotation): Promise<Omit<RotationReport, "resumed">> {
  const { client, ring, purpose, knownAfterMs } = rotation;
  const keyId = ring.current(purpose).kid;
  const stored = await listDataKeys(client.db);
  const older = stored.filter((key) => key.purpose === purpose && key.kid !== keyId).map(({ kid }) => kid);
  const unreadable = new Set<string>();
  const retired = new Set<string>();
  let [resealed, milliseconds] = [0, 0];
  for (let round = 0; round < ROUNDS_MAX && retired.size < older.length; round += 1) {
    const startedAt = performance.now();
    resealed += await resealAll(
      rotation,
      older.filter((kid) => !retired.has(kid)),
      unreadable,
    );
    milliseconds += performance.now() - startedAt;
    // Until every server has heard of the new key some still write with the old one.
    if (round === 0) await sleep(knownAfterMs);
    else {
      for (const kid of older) if (await transact(client, CONTEXT, (tx) => retireDataKey(tx, kid))) retired.add(kid);
    }
    if (round > 0 && unreadable.size > 0) break;
  }
  const kept = older.filter((kid) => !retired.has(kid));
  return { purpose, keyId, resealed, milliseconds, unreadable: [...unreadable], retired: [...retired], kept };
}

/** Seals everything under these keys anew; how many values that were. */
async function resealAll(rotation: Rotation, keyIds: readonly string[], unreadable: Set<string>): Promise<number> {
  const { client, purpose, batch, onProgress } = rotation;
  const total = await countUnder(client.db, purpose, keyIds);
  let done = 0;
  for (const keyId of keyIds) {
    let after = "";
    for (;;) {
      const values = await valuesUnder(client.db, purpose, keyId, { after, limit: batch });
      const last = values.at(-1);
      if (last === undefined) break;
      after = last.id;
      done += await resealBatch(rotation, values, unreadable);
      onProgress({ purpose, done, total: Math.max(total, done) });
    }
  }
  return done;
}

async function resealBatch(
  { client, ring, purpose }: Rotation,
  values: readonly SealedValue[],
  unreadable: Set<string>,
): Promise<number> {
  const fresh = values.flatMap((value) => {
    const text = tryToOpen(ring, purpose, value);
    if (text === null) {
      unreadable.add(value.id);
      return [];
    }
    return [{ id: value.id, before: value.sealed, after: seal(ring, purpose, text, value.at) as string }];
  });
  if (fresh.length === 0) return 0;
  return transact(client, CONTEXT, async (tx) => {
    const [count] = await Promise.all([
      replaceSealed(tx, purpose, fresh),
      recordAudit(tx, CONTEXT, {
        action: "vault.resealed",
        outcome: "success",
        resourceType: "data_key",
        resourceId: ring.current(purpose).kid,
        details: { purpose, values: fresh.length },
      }),
    ]);
    return count;
  });
}
