import { PgDatabase, PgDialect } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsQueryResultHKT, PostgresJsSession } from "drizzle-orm/postgres-js";
import postgres, { type Sql } from "postgres";
import { socketsOf } from "./open-socket";
import { renewingPool } from "./renewing-pool";
import { type TransactionConnections, transactionConnections } from "./transaction-connections";

/** What queries run on: the pool, or one connection inside a transaction. */
export type Queryable = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>;

export type DatabaseClient = Readonly<{
  /** For statements that stand alone. */
  db: Queryable;
  /** The same without the query builder. Not to be kept: it is replaced when it loses a connection. */
  pool: Sql;
  /** For `transact`. */
  transactions: TransactionConnections;
  close: () => Promise<void>;
}>;

type Options = Readonly<{
  /** Connections at most: one half for transactions, the other for statements that stand alone. */
  poolSize: number;
  statementTimeoutMs: number;
}>;

/**
 * Connects to Postgres as the given role. `READ COMMITTED`, with limits on how long a statement or a forgotten
 * transaction may hold anything.
 */
export function connect(url: string, { poolSize, statementTimeoutMs }: Options): DatabaseClient {
  const open = (max: number, onclose: () => void) => openSql(url, { max, statementTimeoutMs, onclose });
  const forTransactions = Math.ceil(poolSize / 2);
  const transactions = transactionConnections(forTransactions, (onLoss) => open(1, onLoss));
  const pool = renewingPool((onLoss) => open(Math.max(poolSize - forTransactions, 1), onLoss));
  return {
    db: databaseOn({ unsafe: (query, parameters, options) => pool.current().unsafe(query, parameters, options) }),
    get pool() {
      return pool.current();
    },
    transactions,
    close: async () => {
      await Promise.all([pool.close(), transactions.close()]);
    },
  };
}

type SqlOptions = Readonly<{ max: number; statementTimeoutMs: number; onclose: () => void }>;

/** A connection is closed by nobody but `end`: that it closes any other way means that it was lost. */
function openSql(url: string, { max, statementTimeoutMs, onclose }: SqlOptions): Sql {
  const options = {
    max,
    max_lifetime: null,
    connect_timeout: 5,
    // Drizzle reads and writes arrays itself. The driver would ask for their types first, and nobody could catch that failing.
    fetch_types: false,
    onnotice: () => {},
    onclose,
    // Known to the driver, and not to its types.
    socket: socketsOf(),
    connection: {
      application_name: "countinghouse",
      statement_timeout: statementTimeoutMs,
      lock_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: 15_000,
    },
  };
  const sql = postgres(url, options);
  // Sets the type parsers that Drizzle expects.
  drizzle({ client: sql });
  return sql;
}

const dialect = new PgDialect();

/**
 * Drizzle on a pool or on one connection, with every statement prepared: Drizzle leaves that to the caller, and an
 * unprepared statement costs a second round trip to ask for its parameter types.
 */
export function databaseOn(sql: Pick<Sql, "unsafe">): Queryable {
  const unsafe: Sql["unsafe"] = (query, parameters, options) =>
    sql.unsafe(query, parameters, { ...options, prepare: (parameters?.length ?? 0) > 0 });
  return new PgDatabase(dialect, new PostgresJsSession({ unsafe } as Sql, dialect, undefined, {}), undefined);
}
