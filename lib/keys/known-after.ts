/** How often a server asks for data keys that were made elsewhere, in milliseconds. */
export const REFRESH_KEYS_EVERY_MS = 1000;

/** When every running server has heard of a new key, unless it hangs: then the database refuses what it seals under a retired one. */
export const KEYS_KNOWN_AFTER_MS = 3 * REFRESH_KEYS_EVERY_MS;
