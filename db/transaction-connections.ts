import type { Sql } from "postgres";

/** A connection that one transaction has to itself. */
export type TransactionConnection = Readonly<{
  /** Refuses once the connection is lost or given back: a late statement would run inside another transaction, or none. */
  sql: Pick<Sql, "unsafe">;
  /** Rejects when the connection is lost. */
  lost: Promise<never>;
  isLost: () => boolean;
  /** Gives it back; one that is lost is thrown away. */
  release: () => void;
}>;

export type TransactionConnections = Readonly<{
  /** Waits its turn, first come first served. */
  acquire: () => Promise<TransactionConnection>;
  close: () => Promise<void>;
}>;

type Statement = Promise<unknown> & { cancel: () => void };

type Slot = { sql: Sql; onLoss: (cause: Error) => void; isLost: boolean };

/**
 * At most `size` connections for transactions, each a postgres.js client of its own that is thrown away when it is lost.
 *
 * Not `sql.reserve()` and not `sql.begin()`: after a loss both write to a socket that is no more, outside of any promise, and the
 * process ends; and a reservation that fails leaks the next connection, so that the pool runs dry after an outage.
 */
export function transactionConnections(size: number, open: (onLoss: () => void) => Sql): TransactionConnections {
  const idle: Slot[] = [];
  const all = new Set<Slot>();
  const waiting: ((slot: Slot) => void)[] = [];
  let isClosed = false;

  const openSlot = (): Slot => {
    const slot: Slot = { sql: open(() => slot.onLoss(connectionLost())), onLoss: () => discard(slot), isLost: false };
    all.add(slot);
    return slot;
  };
  const discard = (slot: Slot) => {
    slot.isLost = true;
    if (!all.delete(slot)) return;
    if (idle.includes(slot)) idle.splice(idle.indexOf(slot), 1);
    void slot.sql.end({ timeout: 0 });
  };
  const giveBack = (slot: Slot) => {
    slot.onLoss = () => discard(slot);
    if (slot.isLost) discard(slot);
    const next = waiting.shift();
    if (next) next(slot.isLost ? openSlot() : slot);
    else if (!slot.isLost) idle.push(slot);
  };
  return {
    acquire: async () => {
      if (isClosed) throw connectionLost("The connections to the database are closed");
      const free = idle.pop() ?? (all.size < size ? openSlot() : null);
      const slot = free ?? (await new Promise<Slot>((resolve) => waiting.push(resolve)));
      return lend(slot, () => giveBack(slot));
    },
    close: async () => {
      isClosed = true;
      await Promise.all([...all].map(({ sql }) => sql.end({ timeout: 5 })));
    },
  };
}

function lend(slot: Slot, giveBack: () => void): TransactionConnection {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => undefined);
  const sent = new Set<Statement>();
  let refusal: Error | null = null;

  slot.onLoss = (cause) => {
    slot.isLost = true;
    refusal ??= cause;
    reject(cause);
    // What still waits to be sent would be sent on a new connection.
    for (const statement of sent) statement.cancel();
  };
  const watch = <T extends Statement>(statement: T): T => {
    sent.add(statement);
    const settled = (cause?: unknown) => {
      sent.delete(statement);
      if (cause instanceof Error && isConnectionError(cause)) slot.onLoss(cause);
    };
    statement.then(() => settled(), settled);
    return statement;
  };
  return {
    sql: {
      unsafe: (query, parameters, options) => {
        if (refusal) throw refusal;
        return watch(slot.sql.unsafe(query, parameters, options));
      },
    },
    lost,
    isLost: () => slot.isLost,
    release: () => {
      refusal ??= new Error("This transaction is over: a statement of it came too late");
      giveBack();
    },
  };
}

/** Errors of a connection carry an `errno`; those of a statement do not. */
function isConnectionError(cause: Error): boolean {
  return "errno" in cause;
}

function connectionLost(message = "The connection to the database was lost"): Error {
  return Object.assign(new Error(message), { code: "CONNECTION_CLOSED" });
}
