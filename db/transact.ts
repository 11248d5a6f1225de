import { causesOf } from "@/lib/errors/causes";
import type { AuditContext } from "./audit-context";
import { type DatabaseClient, databaseOn, type Queryable } from "./client";
import type { TransactionConnection } from "./transaction-connections";

declare const inTransaction: unique symbol;

/** A database inside a transaction that carries its actor. Stores that change rows take this and nothing less. */
export type Transaction = Queryable & { readonly [inTransaction]: true };

const triesOfTransactions = new WeakMap<Transaction, object>();

/** The same object in every run of one call of `transact`, and in no other call. */
export function triesOf(tx: Transaction): object {
  const tries = triesOfTransactions.get(tx);
  if (tries === undefined) throw new Error("this transaction is none of transact's");
  return tries;
}

/** Deadlock and serialisation failure: the database undid everything, so the work may run again. */
const RETRYABLE = new Set(["40P01", "40001"]);
const MAX_TRIES = 4;

/**
 * Runs `work` in one transaction with the actor in it, for the audit triggers; without one they refuse every change.
 * On a deadlock it runs again (at most three times), so `work` must have no effect outside the database, or keep what it
 * did by `triesOf`, as sessions in Redis do: an acquirer is never called in here.
 *
 * BEGIN and the context travel in the same packet as the first statement: a transaction of one statement costs two
 * round trips, not four.
 */
export async function transact<T>(
  client: DatabaseClient,
  context: AuditContext,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const tries = {};
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(client, context, (tx) => {
        triesOfTransactions.set(tx, tries);
        return work(tx);
      });
    } catch (error) {
      if (attempt === MAX_TRIES || !RETRYABLE.has(databaseErrorCode(error) ?? "")) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt * Math.random()));
    }
  }
}

async function runOnce<T>(
  client: DatabaseClient,
  context: AuditContext,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const connection = await client.transactions.acquire();
  try {
    const opened = open(connection, context);
    try {
      const result = await Promise.race([work(databaseOn(connection.sql) as Transaction), connection.lost]);
      await opened;
      await commit(connection);
      return result;
    } catch (error) {
      await rollback(connection);
      // A failed BEGIN is the cause of whatever `work` then complained about.
      await opened;
      throw error;
    }
  } finally {
    connection.release();
  }
}

/** Sent at once, awaited later. It never rejects unhandled: whoever awaits it gets the error. */
function open({ sql, lost }: TransactionConnection, context: AuditContext): Promise<unknown> {
  const { actor, merchantId, ip, userAgent, requestId } = context;
  const settings = JSON.stringify({ actorType: actor.type, actorId: actor.id, merchantId, ip, userAgent, requestId });
  const begun = sql.unsafe("begin").execute();
  const set = sql
    .unsafe("select set_config('countinghouse.context', $1, true)", [settings], { prepare: true })
    .execute();
  const opened = Promise.race([Promise.all([begun, set]), lost]);
  opened.catch(() => undefined);
  return opened;
}

/** Postgres answers COMMIT with ROLLBACK, and no error, when a statement has failed before. */
async function commit({ sql, lost }: TransactionConnection): Promise<void> {
  const { command } = await Promise.race([sql.unsafe("commit"), lost]);
  if (command !== "COMMIT") throw new Error("Nothing was committed: a statement of the transaction had failed");
}

async function rollback({ sql, lost, isLost }: TransactionConnection): Promise<void> {
  if (!isLost()) await Promise.race([sql.unsafe("rollback"), lost]).catch(() => undefined);
}

/** The SQLSTATE of a database error, also through the wrappers of the query builder; null for anything else. */
export function databaseErrorCode(error: unknown): string | null {
  for (const cause of causesOf(error)) {
    if (cause.name === "PostgresError" && "code" in cause && typeof cause.code === "string") return cause.code;
  }
  return null;
}

/** The constraint that a database error names, or null. */
export function violatedConstraint(error: unknown): string | null {
  for (const cause of causesOf(error)) {
    if (cause.name === "PostgresError" && "constraint_name" in cause && typeof cause.constraint_name === "string") {
      return cause.constraint_name;
    }
  }
  return null;
}
