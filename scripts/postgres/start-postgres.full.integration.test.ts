import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dataFolderPerTest, query } from "./testing/data-folder";

const folder = dataFolderPerTest();
/** A database takes a busy machine its time to start. */
const START_MS = 60_000;

test("what is written is there after a stop and another start, on the same port", { timeout: START_MS }, async () => {
  const first = await folder.start();
  await query(first.ownerUrl, "CREATE TABLE kept AS SELECT 42 AS answer");
  await first.stop();
  const second = await folder.start(first.port);
  expect(second.ownerUrl).toBe(first.ownerUrl);
  expect(await query(second.ownerUrl, "SELECT answer FROM kept")).toBe(42);
});

test("checksums are on, and the application's role owns nothing", { timeout: START_MS }, async () => {
  const { appUrl } = await folder.start();
  expect(await query(appUrl, "SHOW data_checksums")).toBe("on");
  expect(
    await query(appUrl, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = user"),
  ).toBe(false);
  await expect(query(appUrl, "CREATE TABLE mine (a int)")).rejects.toThrow(/permission denied/);
});

test("a database that outlived its supervisor is stopped and started anew", { timeout: START_MS }, async () => {
  const orphan = await folder.start();
  await query(orphan.ownerUrl, "CREATE TABLE kept AS SELECT 42 AS answer");
  const next = await folder.start();
  expect(orphan.child.exitCode).toBe(0);
  expect(await query(next.ownerUrl, "SELECT answer FROM kept")).toBe(42);
});

test("a pid file with a pid that is some other program's by now is no obstacle", { timeout: START_MS }, async () => {
  await (await folder.start()).stop();
  // Postgres would take any live process of its own user for the old server.
  const { uid, gid } = statSync(join(folder.dataDir(), "postgres"));
  const other = spawn("sleep", ["60"], process.getuid?.() === 0 ? { uid, gid } : {});
  writeFileSync(
    join(folder.dataDir(), "postgres/postmaster.pid"),
    `${other.pid}\n${folder.dataDir()}/postgres\n1\n5432\n\n*\n\nready\n`,
  );
  const { appUrl } = await folder.start().finally(() => other.kill());
  expect(await query(appUrl, "SELECT 1")).toBe(1);
});

test("a half-finished first start is done again", { timeout: START_MS }, async () => {
  const draft = join(folder.dataDir(), "postgres.unfinished-killed");
  mkdirSync(draft);
  writeFileSync(join(draft, "PG_VERSION"), "18\n");
  expect(await query((await folder.start()).appUrl, "SELECT 1")).toBe(1);
  expect(existsSync(draft)).toBe(false);
});

test("a port that is taken meanwhile is replaced by a free one", { timeout: START_MS }, async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const started = await folder.start(port);
  other.close();
  expect(started.port).not.toBe(port);
});

test("a database without its secrets is not opened, and nothing is overwritten", { timeout: START_MS }, async () => {
  await (await folder.start()).stop();
  rmSync(join(folder.dataDir(), "secrets.json"));
  await expect(folder.start()).rejects.toThrow(/secrets\.json is missing/);
  expect(existsSync(join(folder.dataDir(), "secrets.json"))).toBe(false);
});
