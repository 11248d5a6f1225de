import type { DatabaseClient } from "@/db/client";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { loadKeyRing } from "./load-key-ring";

/**
 * A ring that learns of keys which are made, and forgets those that are retired, while the server runs. Throws as
 * `loadKeyRing` does.
 */
export async function openLiveKeyRing(client: DatabaseClient, masterKeys: string): Promise<KeyRing> {
  let ring = await loadKeyRing(client, masterKeys);
  const load = async () => {
    ring = await loadKeyRing(client, masterKeys);
  };
  return Object.freeze({
    current: (purpose) => ring.current(purpose),
    byId: (purpose, kid) => ring.byId(purpose, kid),
    refresh: oneAfterAnother(load),
  } satisfies KeyRing);
}

/**
 * Runs `work` for everybody who asks: who asks while it runs gets the next run, together with all others who do. A run that
 * began before they asked may have read before what they look for was there.
 */
export function oneAfterAnother(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const start = (): Promise<void> => {
    next = null;
    running = work().finally(() => {
      if (next === null) running = null;
    });
    return running;
  };
  return () => {
    if (running === null) return start();
    next ??= running.then(start, start);
    return next;
  };
}
