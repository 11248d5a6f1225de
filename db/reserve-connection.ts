import type { Sql } from "postgres";

/** A connection that one transaction has to itself. */
export type ReservedConnection = Readonly<{
  /** As the pool's `sql`, on this connection alone; refuses once the connection is lost or given back. */
  sql: Sql;
  /** Rejects when the connection is lost. */
  lost: Promise<never>;
  isLost: () => boolean;
  /** Gives it back to the pool. One that is lost is there already. */
  release: () => void;
}>;

/** What postgres.js shows of a connection to a statement that asks; its own `begin` uses it in the same way. */
type Wire = { onclose: ((cause: Error) => void) | null };

/**
 * Takes a connection out of the pool and notices when it is lost. postgres.js tells nobody, and a statement sent on a lost
 * connection (a ROLLBACK after a restart of the database) is written to a socket that is no more, outside of any promise:
 * the process ends. Later ones may reach a new connection, outside of the transaction. So nothing is sent after a loss.
 */
export async function reserveConnection(pool: Sql): Promise<ReservedConnection> {
  const reserved = await pool.reserve();
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => undefined);
  let refusal: Error | null = null;
  let isLost = false;
  let wire: Wire | null = null;

  const lose = (cause: Error) => {
    isLost = true;
    refusal ??= cause;
    reject(cause);
  };
  const first = {
    prepare: false,
    onexecute: (connection: Wire) => {
      wire = connection;
      connection.onclose = lose;
      return true;
    },
  };
  const watch = <Sent extends Promise<unknown>>(sent: Sent): Sent => {
    sent.catch((cause: unknown) => {
      if (cause instanceof Error && isConnectionError(cause)) lose(cause);
    });
    return sent;
  };
  const unsafe: Sql["unsafe"] = (query, parameters, options) => {
    if (refusal) throw refusal;
    return watch(reserved.unsafe(query, parameters, wire ? options : first));
  };
  return {
    sql: Object.assign(Object.create(reserved) as Sql, { unsafe }),
    lost,
    isLost: () => isLost,
    release: () => {
      refusal ??= new Error("This transaction is over: a statement of it came too late");
      if (isLost) return;
      if (wire) wire.onclose = null;
      reserved.release();
    },
  };
}

/** Errors of a socket carry an `errno`; those of a statement do not. */
function isConnectionError(cause: Error): boolean {
  return "errno" in cause;
}
