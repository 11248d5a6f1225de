import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writePrivate } from "../data-dir/write-private";

const text = z.string().min(1);
const person = z.object({ email: text, password: text, totpSecret: text });
const apiKey = z.object({ id: text, secret: text });

/** As they are kept. The recovery codes are kept by themselves, because demos of before them have none. */
export const keptCredentials = z.object({
  owner: person,
  viewer: person,
  apiKey,
  other: z.object({ owner: person, apiKey }),
});

export const keptRecoveryCodes = z.array(text).length(10);

const demoFile = keptCredentials.extend({
  owner: person.extend({ recoveryCodes: z.array(text) }),
  url: z.url(),
  sandboxUrl: z.url(),
  databaseUrl: z.url(),
  ownerDatabaseUrl: z.url(),
});

export type DemoFile = z.infer<typeof demoFile>;

/** Writes DATA_DIR/demo.json (mode 0600): everything a client, a test or a person needs to use this demo. */
export function writeDemoFile(dataDir: string, content: DemoFile): void {
  // Parsed, so that it holds exactly what the contract lists.
  writePrivate(demoFileIn(dataDir), `${JSON.stringify(demoFile.parse(content), null, 2)}\n`);
}

/** The demo file of an earlier start, or null. */
export function readDemoFile(dataDir: string): DemoFile | null {
  try {
    return demoFile.parse(JSON.parse(readFileSync(demoFileIn(dataDir), "utf8")));
  } catch {
    return null;
  }
}

export function demoFileIn(dataDir: string): string {
  return join(dataDir, "demo.json");
}
