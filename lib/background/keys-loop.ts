import { keyRing } from "@/lib/keys/key-ring";
import { REFRESH_KEYS_EVERY_MS } from "@/lib/keys/known-after";
import { type Loop, runLoop } from "./run-loop";

/** A rotation of keys, in another process, must not wait for a restart of this one. */
export function startKeysLoop(): Loop {
  return runLoop("keys", REFRESH_KEYS_EVERY_MS, async () => {
    await (await keyRing()).refresh();
    return false;
  });
}
