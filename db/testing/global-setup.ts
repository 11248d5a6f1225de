import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrate } from "@/db/migrate";
import { startPostgres } from "@/scripts/postgres/start-postgres";

declare module "vitest" {
  interface ProvidedContext {
    /** Whether it is `npm run test:full`. */
    isFull: boolean;
    /** The superuser's, owner's and application's URLs of the migrated database that test databases are copies of. */
    templateDatabase: Readonly<{ adminUrl: string; ownerUrl: string; appUrl: string }>;
  }
}

/** Nothing here outlives the run, so nothing has to survive a power cut. */
const FAST = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" };

/** Starts one embedded Postgres for the whole run, in a temporary folder, and migrates the template in it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "countinghouse-test-"));
  chmodSync(dataDir, 0o711); // root's database user passes through
  const postgres = await startPostgres({ dataDir, settings: FAST });
  await migrate(postgres.ownerUrl);
  const { adminUrl, ownerUrl, appUrl } = postgres;
  project.provide("templateDatabase", { adminUrl, ownerUrl, appUrl });
  return async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
