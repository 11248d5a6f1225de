import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { installQueue } from "./queue/install";

/** Any number, but always the same one: two deployments that migrate at once take turns on it. */
const MIGRATION_LOCK = 727_201;

/** Brings the database and its job queue up to date, as its owner. Safe to run again, and from many machines at once. */
export async function migrate(ownerUrl: string): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await runMigrations(drizzle({ client: sql }), {
      migrationsFolder: fileURLToPath(new URL("./migrations", import.meta.url)),
    });
    await installQueue(ownerUrl);
  } finally {
    await sql.end();
  }
}
