import { DecryptionError, KeyMissingError } from "@/lib/crypto/crypto-errors";
import { keyRing } from "@/lib/keys/key-ring";
import { REFRESH_KEYS_EVERY_MS } from "@/lib/keys/known-after";
import { type Loop, runLoop } from "./run-loop";

/**
 * A rotation of keys, in another process, must not wait for a restart of this one. A process whose MASTER_KEY is not the one
 * of its database ends with a message for people: it could read nothing, and would only answer 503.
 */
export function startKeysLoop(): Loop {
  return runLoop("keys", REFRESH_KEYS_EVERY_MS, async () => {
    // It is rejected only until it has been loaded once. A database that is away is another matter: that one comes back.
    const ring = await keyRing().catch((error: unknown) => {
      if (error instanceof KeyMissingError || error instanceof DecryptionError) endForWantOfKeys(error);
      throw error;
    });
    await ring.refresh();
    return false;
  });
}

function endForWantOfKeys({ message }: Error): never {
  process.stderr.write(
    `The keys in the database do not open with this MASTER_KEY, so the server does not start.\n${message}\n`,
  );
  process.exit(1);
}
