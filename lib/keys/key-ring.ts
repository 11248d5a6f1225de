import type { KeyRing } from "@/lib/crypto/key-ring";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { openLiveKeyRing } from "./live-key-ring";

let opening: Promise<KeyRing> | null = null;

/** This process's key ring, which the background work keeps up to date. A failed load is tried again by the next caller. */
export function keyRing(): Promise<KeyRing> {
  opening ??= openLiveKeyRing(database(), env().MASTER_KEY).catch((error: unknown) => {
    opening = null;
    throw error;
  });
  return opening;
}
