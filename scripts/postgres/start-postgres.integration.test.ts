import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RunningPostgres, startPostgres } from "./start-postgres";

let dataDir: string;
let running: RunningPostgres[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "start-postgres-"));
  running = [];
});
afterEach(async () => {
  for (const { stop } of running) await stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(port?: number): Promise<RunningPostgres> {
  const started = await startPostgres({ dataDir, port });
  running.push(started);
  return started;
}

async function query(url: string, statement: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return (await sql.unsafe(statement)).map((row) => Object.values(row))[0]?.[0];
  } finally {
    await sql.end();
  }
}

test("what is written is there after a stop and another start, on the same port", async () => {
  const first = await start();
  await query(first.ownerUrl, "CREATE TABLE kept AS SELECT 42 AS answer");
  await first.stop();
  const second = await start(first.port);
  expect(second.ownerUrl).toBe(first.ownerUrl);
  expect(await query(second.ownerUrl, "SELECT answer FROM kept")).toBe(42);
});

test("checksums are on, and the application's role owns nothing", async () => {
  const { appUrl } = await start();
  expect(await query(appUrl, "SHOW data_checksums")).toBe("on");
  expect(
    await query(appUrl, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = user"),
  ).toBe(false);
  await expect(query(appUrl, "CREATE TABLE mine (a int)")).rejects.toThrow(/permission denied/);
});

test("start-postgres.password-needed", async () => {
  // The attack: another user of this machine connects to the port without knowing the password.
  const { ownerUrl } = await start();
  const guess = new URL(ownerUrl);
  guess.password = "guess";
  await expect(query(guess.href, "SELECT 1")).rejects.toThrow(/password authentication failed/);
  expect(statSync(join(dataDir, "secrets.json")).mode & 0o777).toBe(0o600);
});

test("a database that outlived its supervisor is stopped and started anew", async () => {
  const orphan = await start();
  await query(orphan.ownerUrl, "CREATE TABLE kept AS SELECT 42 AS answer");
  const next = await start();
  expect(orphan.child.exitCode).toBe(0);
  expect(await query(next.ownerUrl, "SELECT answer FROM kept")).toBe(42);
});

test("after kill -9 of the database itself nothing that was committed is lost", async () => {
  const { child, ownerUrl } = await start();
  await query(ownerUrl, "CREATE TABLE kept AS SELECT 42 AS answer");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await query((await start()).ownerUrl, "SELECT answer FROM kept")).toBe(42);
});

test("a pid file with a pid that is some other program's by now is no obstacle", async () => {
  await (await start()).stop();
  // Postgres would take any live process of its own user for the old server.
  const { uid, gid } = statSync(join(dataDir, "postgres"));
  const other = spawn("sleep", ["60"], process.getuid?.() === 0 ? { uid, gid } : {});
  writeFileSync(join(dataDir, "postgres/postmaster.pid"), `${other.pid}\n${dataDir}/postgres\n1\n5432\n\n*\n\nready\n`);
  const { appUrl } = await start().finally(() => other.kill());
  expect(await query(appUrl, "SELECT 1")).toBe(1);
});

test("a half-finished first start is done again", async () => {
  const draft = join(dataDir, "postgres.unfinished-killed");
  mkdirSync(draft);
  writeFileSync(join(draft, "PG_VERSION"), "18\n");
  expect(await query((await start()).appUrl, "SELECT 1")).toBe(1);
  expect(existsSync(draft)).toBe(false);
});

test("a port that is taken meanwhile is replaced by a free one", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const started = await start(port);
  other.close();
  expect(started.port).not.toBe(port);
});

test("a database without its secrets is not opened, and nothing is overwritten", async () => {
  await (await start()).stop();
  rmSync(join(dataDir, "secrets.json"));
  await expect(start()).rejects.toThrow(/secrets\.json is missing/);
  expect(existsSync(join(dataDir, "secrets.json"))).toBe(false);
});

test("a folder that cannot be used is named before anything is started", async () => {
  const isRoot = process.getuid?.() === 0;
  chmodSync(dataDir, isRoot ? 0o700 : 0o500);
  const inside = join(dataDir, "inside");
  const problem = isRoot ? `may not enter ${dataDir}` : `data folder ${inside} cannot be written`;
  await expect(startPostgres({ dataDir: inside })).rejects.toThrow(problem);
  chmodSync(dataDir, 0o700);
});
