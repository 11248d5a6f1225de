import type { KeyRing } from "@/lib/crypto/key-ring";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { loadKeyRing } from "./load-key-ring";

let loading: Promise<KeyRing> | null = null;

/** This process's key ring, loaded once. A failed load is tried again by the next caller. */
export function keyRing(): Promise<KeyRing> {
  loading ??= loadKeyRing(database(), env().MASTER_KEY).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}
