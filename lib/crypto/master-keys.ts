import { KEY_BYTES } from "./aes-gcm";
import { isKeyId } from "./sealed-text";

/** A key that wraps data keys. It is kept outside the database (PCI DSS 3.6.1.2). */
export type MasterKey = Readonly<{ kid: string; key: Uint8Array }>;

/** One or more; the first is the one to wrap with, the others only unwrap. */
export type MasterKeys = readonly [current: MasterKey, ...older: MasterKey[]];

const HOW_TO = "Write it as kid:KEY, where KEY comes from: openssl rand -base64 32";

/**
 * Reads `kid:base64[,kid2:base64…]`, each of 32 bytes, the current one first. Errors count entries instead of quoting
 * them: where the id was forgotten, the "id" is the key.
 */
export function parseMasterKeys(text: string): MasterKeys {
  const entries = text.split(",").map((entry, index) => parseEntry(entry.trim(), index + 1));
  const [current, ...older] = entries;
  if (current === undefined) throw new Error(`There is no master key. ${HOW_TO}`);
  entries.forEach(({ kid }, index) => {
    if (entries.findIndex((other) => other.kid === kid) !== index) {
      throw new Error(`Master key ${index + 1} has the id of an earlier one. Give each key its own id.`);
    }
  });
  return [current, ...older];
}

function parseEntry(entry: string, position: number): MasterKey {
  const colon = entry.indexOf(":");
  const kid = entry.slice(0, Math.max(colon, 0));
  if (entry === "") throw new Error(`Master key ${position} is empty. ${HOW_TO}`);
  if (!isKeyId(kid)) {
    throw new Error(`Master key ${position} has no valid id: 1 to 64 letters, digits, "-" or "_". ${HOW_TO}`);
  }
  const encoded = entry.slice(colon + 1);
  const key = Buffer.from(encoded, "base64");
  if (key.toString("base64") !== encoded) throw new Error(`Master key ${position} is not valid base64. ${HOW_TO}`);
  if (key.length !== KEY_BYTES) {
    throw new Error(`Master key ${position} has ${key.length} bytes and needs ${KEY_BYTES}. ${HOW_TO}`);
  }
  // A placeholder such as 32 zero bytes is well-formed and worthless.
  if (key.every((byte) => byte === key[0])) throw new Error(`Master key ${position} is not random. ${HOW_TO}`);
  return { kid, key: Uint8Array.from(key) };
}
