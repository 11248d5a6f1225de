import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { migrate } from "@/db/migrate";
import { newDemoCredentials, seedDemo } from "@/db/seed";
import { randomRecoveryCodes } from "@/lib/auth/recovery-codes";
import { keptSecret } from "../data-dir/secrets";
import { startPostgres } from "../postgres/start-postgres";
import { freePort } from "../processes/ports";
import { recordServices } from "../processes/run-record";
import { type Service, startService } from "../processes/service";
import type { Shutdown } from "../processes/shutdown";
import { waitUntil } from "../processes/wait-until";
import { ROOT } from "../root";
import { serverEnvironment } from "../server/server-environment";
import { type DemoFile, keptCredentials, keptRecoveryCodes, readDemoFile, writeDemoFile } from "./demo-file";
import type { DemoSettings } from "./settings";
import { step } from "./steps";

export type BackServices = Readonly<{ demo: DemoFile; sandbox: Service; serverEnv: NodeJS.ProcessEnv }>;

type Options = Readonly<{
  settings: DemoSettings;
  shutdown: Shutdown;
  mode: "production" | "development";
}>;

const longText = z.string().min(32);
const randomKey = () => randomBytes(32).toString("base64");

/** Starts all that stands behind the server: the database, migrated and seeded, and the sandbox acquirer. */
export async function startBackServices({ settings, shutdown, mode }: Options): Promise<BackServices> {
  const { dataDir, url, port } = settings;
  process.umask(0o077); // what is written from here on holds payments and secrets
  const former = readDemoFile(dataDir);
  const { ownerUrl, appUrl } = await step("Starting PostgreSQL", async () => {
    const postgres = await startPostgres({ dataDir, port: portOf(former?.databaseUrl), signal: shutdown.signal });
    shutdown.add(postgres);
    postgres.child.once("exit", () =>
      shutdown.fail(new Error(`PostgreSQL stopped by itself: see ${postgres.logFile}`)),
    );
    return postgres;
  });
  await step("Migrating", () => migrate(ownerUrl));
  const sandboxCallbackSecret = keptSecret(dataDir, "sandboxCallbackSecret", longText, randomKey);
  const { sandbox, sandboxUrl } = await step("Starting the sandbox acquirer", () => {
    const callback = { url: `http://127.0.0.1:${port}/api/gateway/sandbox`, secret: sandboxCallbackSecret };
    return startSandbox({ dataDir, shutdown, preferredPort: portOf(former?.sandboxUrl), callback });
  });
  const authSecret = keptSecret(dataDir, "authSecret", longText, randomKey);
  const masterKey = keptSecret(dataDir, "masterKey", z.string(), () => `demo-1:${randomKey()}`);
  // Kept before they are used: a seed that was cut off goes on with the same ones.
  const kept = keptSecret(dataDir, "credentials", keptCredentials, newDemoCredentials);
  const recoveryCodes = keptSecret(dataDir, "recoveryCodes", keptRecoveryCodes, randomRecoveryCodes);
  const credentials = { ...kept, owner: { ...kept.owner, recoveryCodes } };
  const seeded = await step("Seeding", () => seedDemo({ ownerUrl, appUrl, sandboxUrl, masterKey, credentials }));
  const demo: DemoFile = { url, sandboxUrl, databaseUrl: appUrl, ownerDatabaseUrl: ownerUrl, ...seeded };
  writeDemoFile(dataDir, demo);
  const secrets = { authSecret, masterKey, sandboxCallbackSecret };
  const server = { port, dataDir, databaseUrl: appUrl, url, sandboxUrl, mode, ...secrets };
  return { demo, sandbox, serverEnv: serverEnvironment(server, process.env) };
}

type SandboxOptions = Readonly<{
  dataDir: string;
  shutdown: Shutdown;
  preferredPort: number | undefined;
  /** Where it tells every change of a charge: the server, which listens later. */
  callback: Readonly<{ url: string; secret: string }>;
}>;

async function startSandbox({ dataDir, shutdown, preferredPort, callback }: SandboxOptions) {
  const port = await freePort(preferredPort);
  const sandbox = startService({
    name: "sandbox",
    args: ["--import", "tsx", join(ROOT, "sandbox/server.ts")],
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH,
      SANDBOX_PORT: String(port),
      SANDBOX_LEDGER: join(dataDir, "sandbox-ledger.db"),
      SANDBOX_CALLBACK_URL: callback.url,
      SANDBOX_CALLBACK_SECRET: callback.secret,
      SANDBOX_REQUEST_LOG: process.env.SANDBOX_REQUEST_LOG,
    },
    dataDir,
    shutdown,
  });
  recordServices(dataDir, [sandbox]);
  const sandboxUrl = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${sandboxUrl}/v1/charges?limit=1`, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  const isUp = await waitUntil(answers, { timeoutMs: 20_000, signal: shutdown.signal });
  if (!isUp) throw new Error(`The sandbox acquirer does not answer at ${sandboxUrl}: see ${sandbox.logFile}`);
  return { sandbox, sandboxUrl };
}

function portOf(url: string | undefined): number | undefined {
  return url === undefined ? undefined : Number(new URL(url).port);
}
