import { connect, type DatabaseClient } from "@/db/client";
import { env } from "@/lib/env";

const STATEMENT_TIMEOUT_MS = 10_000;

// Kept on the global object: the development server loads modules anew on each edit, and must not open a new pool each time.
const holder = globalThis as typeof globalThis & { countinghouseDatabase?: DatabaseClient };

/** This process's connection pool, as the application's role. */
export function database(): DatabaseClient {
  holder.countinghouseDatabase ??= connect(env().DATABASE_URL, {
    poolSize: env().DATABASE_POOL_SIZE,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  return holder.countinghouseDatabase;
}
