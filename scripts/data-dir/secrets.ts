import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, Problem } from "../processes/problem";
import { writePrivate } from "./write-private";

const secretsFile = z.record(z.string(), z.unknown());

/**
 * One section of DATA_DIR/secrets.json (mode 0600): made and written down at first use, the same ever after. It is on
 * disk before it is returned, so nothing is ever encrypted or sealed with a secret that a crash could lose.
 */
export function keptSecret<T>(dataDir: string, section: string, schema: z.ZodType<T>, make: () => T): T {
  const path = join(dataDir, "secrets.json");
  const kept = readSecrets(path);
  if (section in kept) {
    const result = schema.safeParse(kept[section]);
    if (result.success) return result.data;
    throw new Problem(
      `"${section}" in ${path} is not what this version wrote.`,
      "Restore the file, or remove the whole folder to start with a new, empty one.",
    );
  }
  const made = make();
  writePrivate(path, `${JSON.stringify({ ...kept, [section]: made }, null, 2)}\n`);
  return made;
}

/** Whether DATA_DIR/secrets.json has the section already. */
export function hasSecret(dataDir: string, section: string): boolean {
  return section in readSecrets(join(dataDir, "secrets.json"));
}

function readSecrets(path: string): z.infer<typeof secretsFile> {
  try {
    return secretsFile.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return {};
    throw new Problem(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "Restore the file and its permissions, or remove the whole folder to start with a new, empty one.",
      { cause: error },
    );
  }
}
