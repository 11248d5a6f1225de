/**
 * `npm run verify-audit`: checks every audit chain of a database, DATABASE_URL's or else the demo's of DATA_DIR, and names
 * the first bad row. Exit 1 when one is broken.
 */
import { connect, type DatabaseClient } from "@/db/client";
import { verifyAllChains } from "@/lib/audit/verify-chain";
import { readDemoFile } from "./demo/demo-file";
import { readDemoSettings } from "./demo/settings";
import { startPostgres } from "./postgres/start-postgres";
import { Problem } from "./processes/problem";
import { runScript } from "./processes/run-script";

type Database = Readonly<{ client: DatabaseClient; close: () => Promise<void> }>;

await runScript(async () => {
  if (process.argv.length > 2) {
    throw new Problem("verify-audit takes no argument.", "Set DATABASE_URL, or DATA_DIR for a demo's database.");
  }
  const { client, close } = await openDatabase();
  let broken = false;
  try {
    const chains = await verifyAllChains(client.db, showProgress);
    for (const { chain, verdict } of chains) {
      if (verdict.kind === "verified") {
        console.log(`Chain verified   ${chain}   ${verdict.entries} entries`);
      } else {
        const entry = verdict.entryId === null ? "" : `, entry ${verdict.entryId}`;
        console.log(`Chain broken at sequence ${verdict.sequence}   ${chain}${entry}: ${verdict.reason}`);
        broken = true;
      }
    }
  } finally {
    await close();
  }
  if (broken)
    throw new Problem("The audit trail was changed.", "The first bad row of each broken chain is named above.");
});

function showProgress(chain: string, entries: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${chain} ${entries}\x1b[K\r`);
}

/** The configured database, the running demo's, or the stopped demo's, which is started for as long as this takes. */
async function openDatabase(): Promise<Database> {
  const { dataDir } = readDemoSettings(process.env);
  const url = process.env.DATABASE_URL || readDemoFile(dataDir)?.databaseUrl;
  if (!url) {
    throw new Problem(
      `There is nothing to verify: DATABASE_URL is not set, and ${dataDir} has no demo.`,
      "Set DATABASE_URL to the application role's URL.",
    );
  }
  const client = connectTo(url);
  if (process.env.DATABASE_URL || (await answers(client))) return { client, close: client.close };
  await client.close();
  const postgres = await startPostgres({ dataDir });
  const started = connectTo(postgres.appUrl);
  return {
    client: started,
    close: async () => {
      await started.close();
      await postgres.stop();
    },
  };
}

function connectTo(url: string): DatabaseClient {
  return connect(url, { poolSize: 2, statementTimeoutMs: 60_000 });
}

async function answers({ pool }: DatabaseClient): Promise<boolean> {
  return pool`select 1`.then(
    () => true,
    () => false,
  );
}
