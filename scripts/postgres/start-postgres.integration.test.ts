import { once } from "node:events";
import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startPostgres } from "./start-postgres";
import { dataFolderPerTest, query } from "./testing/data-folder";

const folder = dataFolderPerTest();
/** A database takes a busy machine its time to start. */
const START_MS = 60_000;

test("start-postgres.password-needed", { timeout: START_MS }, async () => {
  // The attack: another user of this machine connects to the port without knowing the password.
  const { ownerUrl } = await folder.start();
  const guess = new URL(ownerUrl);
  guess.password = "guess";
  await expect(query(guess.href, "SELECT 1")).rejects.toThrow(/password authentication failed/);
  expect(statSync(join(folder.dataDir(), "secrets.json")).mode & 0o777).toBe(0o600);
});

test("after kill -9 of the database itself nothing that was committed is lost", { timeout: START_MS }, async () => {
  const { child, ownerUrl } = await folder.start();
  await query(ownerUrl, "CREATE TABLE kept AS SELECT 42 AS answer");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await query((await folder.start()).ownerUrl, "SELECT answer FROM kept")).toBe(42);
});

test("a folder that cannot be used is named before anything is started", { timeout: START_MS }, async () => {
  const isRoot = process.getuid?.() === 0;
  chmodSync(folder.dataDir(), isRoot ? 0o700 : 0o500);
  const inside = join(folder.dataDir(), "inside");
  const problem = isRoot ? `may not enter ${folder.dataDir()}` : `data folder ${inside} cannot be written`;
  await expect(startPostgres({ dataDir: inside })).rejects.toThrow(problem);
  chmodSync(folder.dataDir(), 0o700);
});
