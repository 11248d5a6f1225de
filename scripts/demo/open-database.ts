import { z } from "zod";
import { connect, type DatabaseClient } from "@/db/client";
import { hasSecret, keptSecret } from "../data-dir/secrets";
import { startPostgres } from "../postgres/start-postgres";
import { Problem } from "../processes/problem";
import { readDemoFile } from "./demo-file";
import { readDemoSettings } from "./settings";

export type OpenDatabase = Readonly<{ client: DatabaseClient; close: () => Promise<void> }>;

/** The configured database, the running demo's, or the stopped demo's, which is started for as long as this takes. */
export async function openDatabase(what: string): Promise<OpenDatabase> {
  const { dataDir } = readDemoSettings(process.env);
  const url = process.env.DATABASE_URL || readDemoFile(dataDir)?.databaseUrl;
  if (!url) {
    throw new Problem(
      `There is nothing to ${what}: DATABASE_URL is not set, and ${dataDir} has no demo.`,
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

/** The master keys that belong to that database. */
export function masterKeysOfDatabase(): string {
  if (process.env.DATABASE_URL || process.env.MASTER_KEY) {
    if (process.env.MASTER_KEY) return process.env.MASTER_KEY;
    throw new Problem("MASTER_KEY is not set.", "Set it to the value that the servers of DATABASE_URL run with.");
  }
  const { dataDir } = readDemoSettings(process.env);
  const none = () => {
    throw new Problem(`${dataDir} has no master key.`, "Start the demo once with npm run demo.");
  };
  return hasSecret(dataDir, "masterKey") ? keptSecret(dataDir, "masterKey", z.string(), none) : none();
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
