import { PgDatabase, PgDialect } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsQueryResultHKT, PostgresJsSession } from "drizzle-orm/postgres-js";
import postgres, { type Sql } from "postgres";

/** What queries run on: the pool, or one connection of it inside a transaction. */
export type Queryable = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>;

export type DatabaseClient = Readonly<{ pool: Sql; db: Queryable; close: () => Promise<void> }>;

type Options = Readonly<{ poolSize: number; statementTimeoutMs: number }>;

/**
 * Connects to Postgres as the given role. `READ COMMITTED`, with limits on how long a statement or a forgotten
 * transaction may hold anything.
 */
export function connect(url: string, { poolSize, statementTimeoutMs }: Options): DatabaseClient {
  const pool = postgres(url, {
    max: poolSize,
    idle_timeout: 60,
    connect_timeout: 5,
    onnotice: () => {},
    connection: {
      application_name: "countinghouse",
      statement_timeout: statementTimeoutMs,
      lock_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: 15_000,
    },
  });
  // Sets the type parsers that Drizzle expects on the pool's options; every session below shares them.
  drizzle({ client: pool });
  return { pool, db: databaseOn(pool), close: () => pool.end({ timeout: 5 }) };
}

const dialect = new PgDialect();

/**
 * Drizzle on a pool or on one connection of it, with every statement prepared: Drizzle leaves that to the caller, and an
 * unprepared statement costs a second round trip to ask for its parameter types.
 */
export function databaseOn(sql: Sql): Queryable {
  const unsafe: Sql["unsafe"] = (query, parameters, options) =>
    sql.unsafe(query, parameters, { ...options, prepare: (parameters?.length ?? 0) > 0 });
  const client = Object.assign(Object.create(sql) as Sql, { unsafe });
  return new PgDatabase(dialect, new PostgresJsSession(client, dialect, undefined, {}), undefined);
}
