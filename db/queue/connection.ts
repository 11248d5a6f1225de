import type { Db } from "pg-boss";
import postgres, { type Sql } from "postgres";
import { socketsOf } from "../open-socket";
import { renewingPool } from "../renewing-pool";

export type QueueDatabase = Db & Readonly<{ close: () => Promise<void> }>;

const STATEMENT_TIMEOUT_MS = 10_000;

/**
 * What the job queue runs its statements on: one connection of its own, so that it waits for no payment and no payment
 * waits for it. The queue was written for another driver; here it finds that one's habits.
 */
export function queueDatabase(url: string): QueueDatabase {
  const pool = renewingPool((onLoss) => openSql(url, onLoss));
  return {
    executeSql: async (text, values = []) => {
      const sql = pool.current();
      try {
        return { rows: rowsOf(await sql.unsafe(text, values.map(toParameter))) };
      } catch (error) {
        // Several statements come as one text. What fails between its BEGIN and COMMIT would leave the connection unusable.
        if (/^\s*begin\b/i.test(text)) await sql.unsafe("rollback").catch(() => undefined);
        throw error;
      }
    },
    close: pool.close,
  };
}

function openSql(url: string, onclose: () => void): Sql {
  const options = {
    max: 1,
    max_lifetime: null,
    connect_timeout: 5,
    fetch_types: false,
    onnotice: () => {},
    onclose,
    // Known to the driver, and not to its types.
    socket: socketsOf(),
    types: TYPES,
    connection: {
      application_name: "countinghouse-queue",
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: 15_000,
    },
  };
  return postgres(url, options);
}

const asIs = (value: unknown) => String(value);

/** Parameters are texts already; of the arrays, the queue reads those of ids. */
const TYPES = {
  json: { to: 114, from: [114, 3802], serialize: asIs, parse: (text: string): unknown => JSON.parse(text) },
  date: { to: 1184, from: [1114, 1184], serialize: asIs, parse: (text: string) => new Date(text) },
  boolean: { to: 16, from: [16], serialize: asIs, parse: (text: string) => text === "t" },
  ids: {
    to: 2951,
    from: [2951, 1009],
    serialize: asIs,
    parse: (text: string) => text.slice(1, -1).split(",").filter(Boolean),
  },
};

/** As Postgres reads it, whatever the parameter's type. */
function toParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(toElement).join(",")}}`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function toElement(value: unknown): string {
  const text = toParameter(value);
  return text === null ? "NULL" : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** The rows of all statements in the text: each statement's result is an array itself. */
function rowsOf(result: readonly unknown[]): unknown[] {
  return result.every(Array.isArray) ? result.flat() : [...result];
}
