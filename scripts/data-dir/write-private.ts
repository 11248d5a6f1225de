import { randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";

/** Writes a file that only its owner can read (mode 0600), whole or not at all. */
export function writePrivate(path: string, content: string): void {
  const draft = `${path}.${randomBytes(4).toString("hex")}.draft`;
  writeFileSync(draft, content, { mode: 0o600, flag: "wx" });
  renameSync(draft, path);
}
