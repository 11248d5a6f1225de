/**
 * A stored value did not authenticate: it was altered, cut, forged, or moved from another place. The message
 * says no more on purpose, because whoever can write ciphertexts must not learn which check stopped them.
 */
export class DecryptionError extends Error {
  override readonly name = "DecryptionError";

  constructor() {
    super(
      "An encrypted value is not authentic: it was altered, or moved here from another row. Restore the row from a backup, and find out who wrote it.",
    );
  }
}

/** A key that a stored value names is not loaded. Nothing is lost as long as that key still exists somewhere. */
export class KeyMissingError extends Error {
  override readonly name = "KeyMissingError";

  constructor(
    readonly kid: string | null,
    readonly purpose: string,
  ) {
    super(howToGoOn(kid, purpose));
  }
}

function howToGoOn(kid: string | null, purpose: string): string {
  if (kid === null) return `There is no key for "${purpose}". Create one with key rotation before the server starts.`;
  return purpose === "master"
    ? `Master key "${kid}" is missing, and data keys are wrapped under it. Put it back behind the new one, as MASTER_KEY=new:…,${kid}:…, and run npm run rotate-keys: after that it may go.`
    : `Key "${kid}" for "${purpose}" is not loaded. Put it back from a backup of the table of data keys.`;
}
