import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@/db/client";
import { startBackServices } from "../demo/back-services";
import type { DemoFile } from "../demo/demo-file";
import { step } from "../demo/steps";
import { freePort } from "../processes/ports";
import { type Service, startService } from "../processes/service";
import type { Shutdown } from "../processes/shutdown";
import { ROOT } from "../root";
import { nextCommand } from "../server/next-command";
import { waitUntilReady } from "../server/wait-until-ready";
import { BENCH_ENVIRONMENT, ensureBenchBuild } from "./bench-build";

/** Out of the way: what is measured is the limiter's cost, not its refusals. */
const LIMITS = {
  RATE_LIMIT_CREATE_PAYMENT: "1000000/60",
  RATE_LIMIT_GET_TRANSACTION: "1000000/60",
  RATE_LIMIT_TOKENIZE: "1000000/60",
} as const;

export type BenchServices = Readonly<{
  demo: DemoFile;
  /** What the servers' MASTER_KEY is. */
  masterKeys: string;
  /** Starts one more server process, on another database URL if one is given. */
  startServer: (options: Readonly<{ name: string; databaseUrl?: string }>) => Promise<Service & { port: number }>;
}>;

type Options = Readonly<{
  shutdown: Shutdown;
  /** The first port to try; any free one else. */
  preferredPort: number | undefined;
  /** Options of Node for each server, such as `--cpu-prof`. */
  nodeOptions: readonly string[];
}>;

/** A demo of its own in a folder that is removed at the end: the same database, seed and acquirer as `npm run demo`. */
export async function startBenchServices({ shutdown, preferredPort, nodeOptions }: Options): Promise<BenchServices> {
  const dataDir = mkdtempSync(join(tmpdir(), "countinghouse-bench-"));
  chmodSync(dataDir, 0o711); // root's database user passes through
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  shutdown.add({ stop: async () => remove(), kill: remove });
  await step("Building", () => ensureBenchBuild(ROOT));
  const firstPort = await freePort(preferredPort);
  const settings = { dataDir, port: firstPort, url: `http://localhost:${firstPort}` };
  const { demo, serverEnv } = await startBackServices({ settings, shutdown, mode: "production" });
  await analyze(demo.ownerDatabaseUrl);

  return {
    demo,
    masterKeys: serverEnv.MASTER_KEY ?? "",
    startServer: async ({ name, databaseUrl = demo.databaseUrl }) => {
      const port = await freePort(firstPort);
      const server = startService({
        name,
        args: [...nodeOptions, ...nextCommand("start", { root: ROOT, port, hostname: "127.0.0.1" })],
        env: { ...serverEnv, ...LIMITS, ...BENCH_ENVIRONMENT, PORT: String(port), DATABASE_URL: databaseUrl },
        dataDir,
        shutdown,
      });
      await waitUntilReady(port, shutdown.signal);
      return { ...server, port };
    },
  };
}

/** What autovacuum does within a minute of the seed, and to the tables it does it to: else plans would change between rounds. */
async function analyze(ownerUrl: string): Promise<void> {
  const owner = connect(ownerUrl, { poolSize: 1, statementTimeoutMs: 60_000 });
  await owner.pool`analyze payments, refunds, audit_entries, audit_chain`;
  await owner.close();
}
