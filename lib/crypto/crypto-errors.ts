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
    super(
      kid === null
        ? `There is no key for "${purpose}". Create one with key rotation before the server starts.`
        : `Key "${kid}" for "${purpose}" is not loaded. Put it back (a master key into MASTER_KEY, a data key from a backup of its table), or finish re-encrypting before removing a key.`,
    );
  }
}
