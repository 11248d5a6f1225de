import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type DatabaseClient } from "@/db/client";
import { migrate } from "@/db/migrate";
import type { KeyRing } from "@/lib/crypto/key-ring";
import { loadKeyRing } from "@/lib/keys/load-key-ring";
import { type Sandbox, startSandbox } from "@/sandbox/testing/start-sandbox";
import { type RunningPostgres, startPostgres } from "../postgres/start-postgres";
import { freePort } from "../processes/ports";
import { serverEnvironment } from "../server/server-environment";
import { type ServerProcess, serverProcess } from "./server-process";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy";

/** Shorter than in production, so that a run need not wait long; the lease is three seconds more. */
export const GATEWAY_TIMEOUT_MS = 800;
export const LEASE_MS = GATEWAY_TIMEOUT_MS + 3000;

/** Out of the way: limits have tests of their own. */
const LIMITS = Object.fromEntries(
  ["CREATE_PAYMENT", "GET_TRANSACTION", "REFUND", "TOKENIZE", "OTHER", "AUTH_FAILURES"].map((name) => [
    `RATE_LIMIT_${name}`,
    "1000000/60",
  ]),
);

/** A process that dies loses nothing that the system has; only a power cut does, and there is none here. */
const POSTGRES_SETTINGS = { fsync: "off", full_page_writes: "off" } as const;

/** One server, and its own ways to the database and to the acquirer. */
export type Site = Readonly<{ server: ServerProcess; database: TcpProxy; acquirer: TcpProxy; logFile: string }>;

export type Plant = Readonly<{
  sites: readonly [Site, Site];
  sandbox: Sandbox;
  /** The acquirer's way to the first server. */
  callbacks: TcpProxy;
  callbackSecret: string;
  masterKey: string;
  owner: DatabaseClient;
  app: DatabaseClient;
  appUrl: string;
  ring: KeyRing;
  /** Ends the database at once and starts it again, at the same place. */
  restartDatabase: () => Promise<void>;
  /** Everything runs, and nothing stands in its way. */
  ready: () => Promise<void>;
  stop: () => Promise<void>;
}>;

/** Starts everything as processes of their own. `buildRoot` is where the servers' production build is. */
export async function startPlant(buildRoot: string): Promise<Plant> {
  const dataDir = mkdtempSync(join(tmpdir(), "countinghouse-faults-"));
  chmodSync(dataDir, 0o711); // root's database user passes through
  mkdirSync(join(dataDir, "logs"), { recursive: true });
  const undo: (() => Promise<void> | void)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    return await build(buildRoot, dataDir, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

type Undo = (() => Promise<void> | void)[];

async function build(buildRoot: string, dataDir: string, undo: Undo, stop: Plant["stop"]): Promise<Plant> {
  let postgres: RunningPostgres = await startPostgres({ dataDir, settings: POSTGRES_SETTINGS });
  undo.push(() => postgres.stop());
  const { ownerUrl, appUrl, port: databasePort } = postgres;
  await migrate(ownerUrl);
  const owner = connect(ownerUrl, { poolSize: 4, statementTimeoutMs: 60_000 });
  const app = connect(appUrl, { poolSize: 4, statementTimeoutMs: 60_000 });
  undo.push(async () => {
    await Promise.all([owner.close(), app.close()]);
  });
  const ports = [await freePort(), await freePort()] as const;
  const callbacks = await startTcpProxy(ports[0]);
  undo.push(callbacks.close);
  const callbackSecret = randomBytes(32).toString("base64");
  const callbackUrl = `http://127.0.0.1:${callbacks.port}/api/gateway/sandbox`;
  const sandbox = await startSandbox({
    ledgerPath: join(dataDir, "ledger.db"),
    callback: { url: callbackUrl, secret: callbackSecret },
  });
  undo.push(async () => {
    await sandbox.stop();
  });
  const masterKey = `faults:${randomBytes(32).toString("base64")}`;
  const shared = { dataDir, callbackSecret, masterKey, authSecret: randomBytes(32).toString("base64"), buildRoot };
  const site = async (port: number, name: string) => {
    const made = await openSite({ ...shared, port, name, appUrl, databasePort, sandboxPort: sandbox.port });
    undo.push(made.database.close, made.acquirer.close, () => made.server.kill());
    return made;
  };
  const sites = [await site(ports[0], "server-a"), await site(ports[1], "server-b")] as const;
  const ready = async () => {
    for (const proxy of [callbacks, ...sites.flatMap(({ database, acquirer }) => [database, acquirer])]) {
      proxy.mend();
      proxy.obey({});
    }
    await Promise.all(sites.map(({ server }) => server.start()));
  };
  await ready();
  return {
    ...{ sites, sandbox, callbacks, callbackSecret, masterKey, owner, app, appUrl, ready, stop },
    ring: await loadKeyRing(app, masterKey),
    restartDatabase: async () => {
      postgres.kill();
      postgres = await startPostgres({ dataDir, port: databasePort, settings: POSTGRES_SETTINGS });
      if (postgres.port !== databasePort) throw new Error("another program has taken the database's port");
    },
  };
}

type SiteOptions = Readonly<{
  port: number;
  name: string;
  buildRoot: string;
  dataDir: string;
  appUrl: string;
  databasePort: number;
  sandboxPort: number;
  callbackSecret: string;
  masterKey: string;
  authSecret: string;
}>;

async function openSite(options: SiteOptions): Promise<Site> {
  const { port, name, buildRoot, dataDir, appUrl, databasePort, sandboxPort, callbackSecret, ...secrets } = options;
  const [database, acquirer] = [await startTcpProxy(databasePort), await startTcpProxy(sandboxPort)];
  const databaseUrl = new URL(appUrl);
  databaseUrl.port = String(database.port);
  const logFile = join(dataDir, "logs", `${name}.log`);
  const settings = {
    ...{ port, dataDir, databaseUrl: databaseUrl.href, url: `http://localhost:${port}`, mode: "production" as const },
    ...{ sandboxUrl: `http://127.0.0.1:${acquirer.port}`, sandboxCallbackSecret: callbackSecret, ...secrets },
  };
  const changes = { ...LIMITS, GATEWAY_TIMEOUT_MS: String(GATEWAY_TIMEOUT_MS), DATABASE_POOL_SIZE: "20" };
  const env = { ...serverEnvironment(settings, process.env), ...changes };
  return { database, acquirer, logFile, server: serverProcess({ port, root: buildRoot, env, logFile }) };
}
