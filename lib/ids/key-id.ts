import { type ApiKeyId, newId, parseId } from "./id";

/** Test keys move no money. A key's mode is part of its id, so that a mix-up shows before any look-up. */
export type KeyMode = "test" | "live";

/** A fresh API key id, `key_test_…` or `key_live_…`. */
export function newKeyId(mode: KeyMode): ApiKeyId {
  return mode === "live" ? newId("key_live") : newId("key_test");
}

/** The key id and the mode it names if the text is one to the byte, else null. */
export function parseKeyId(text: unknown): Readonly<{ id: ApiKeyId; mode: KeyMode }> | null {
  const test = parseId("key_test", text);
  if (test !== null) return { id: test, mode: "test" };
  const live = parseId("key_live", text);
  return live === null ? null : { id: live, mode: "live" };
}
