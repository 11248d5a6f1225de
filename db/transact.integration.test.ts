import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { auditEntries, merchants } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/testing/test-database";
import { newId } from "@/lib/ids/id";
import { type AuditContext, systemContext } from "./audit-context";
import { connect, type DatabaseClient } from "./client";
import { databaseErrorCode, type Transaction, transact, violatedConstraint } from "./transact";

const CONTEXT = systemContext("test");

let database: TestDatabase;
let observer: DatabaseClient;
const opened: DatabaseClient[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  observer = connect(database.ownerUrl, { poolSize: 3, statementTimeoutMs: 5000 });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await observer.close();
  await database.drop();
});

function poolOf(poolSize: number, statementTimeoutMs = 5000): DatabaseClient {
  const client = connect(database.ownerUrl, { poolSize, statementTimeoutMs });
  opened.push(client);
  return client;
}

function addShop(tx: Transaction, id: string, name = "Shop") {
  return tx.insert(merchants).values({ id, name, country: "IN", timeZone: "Asia/Kolkata", vaultMode: "keep" });
}

function rename(tx: Transaction, id: string, name: string) {
  return tx.update(merchants).set({ name }).where(eq(merchants.id, id));
}

async function nameOf(id: string): Promise<string | null> {
  const [row] = await observer.db.select({ name: merchants.name }).from(merchants).where(eq(merchants.id, id));
  return row?.name ?? null;
}

async function pidOf(tx: Transaction): Promise<number> {
  const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  return row?.pid ?? 0;
}

const openTransactions = async () => {
  const [row] = await observer.db.execute<{ open: number }>(
    sql`select count(*)::int as open from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in transaction%'`,
  );
  return row?.open;
};

describe("transact", () => {
  it("commits what work did and returns what it returned", async () => {
    const id = newId("mer");
    const returned = await transact(poolOf(1), CONTEXT, async (tx) => {
      await addShop(tx, id, "Committed");
      return "done";
    });
    expect(returned).toBe("done");
    expect(await nameOf(id)).toBe("Committed");
  });

  it("rolls back, and passes the very error on, when work throws", async () => {
    const id = newId("mer");
    const refusal = new Error("refused");
    const refused = transact(poolOf(1), CONTEXT, async (tx) => {
      await addShop(tx, id);
      throw refusal;
    });
    await expect(refused).rejects.toBe(refusal);
    expect(await nameOf(id)).toBeNull();
    expect(await openTransactions()).toBe(0);
  });

  it("does not call success what Postgres rolled back: a swallowed error fails the commit", async () => {
    const id = newId("mer");
    const swallowed = transact(poolOf(1), CONTEXT, async (tx) => {
      await addShop(tx, id);
      await tx.execute(sql`select 1 / 0`).catch(() => undefined);
      return "looks fine";
    });
    await expect(swallowed).rejects.toThrow("Nothing was committed");
    expect(await nameOf(id)).toBeNull();
  });

  it("uses one connection a hundred times, whether work succeeds, throws or fails in the database", async () => {
    const client = poolOf(1);
    for (let round = 0; round < 100; round += 1) {
      const outcome = transact(client, CONTEXT, async (tx) => {
        await tx.execute(sql`select 1`);
        if (round % 4 === 1) throw new Error("thrown");
        if (round % 4 === 2) await tx.execute(sql`select 1 / 0`);
        if (round % 4 === 3) await Promise.all([tx.execute(sql`select 1 / 0`), addShop(tx, newId("mer"))]);
      });
      await (round % 4 === 0 ? outcome : expect(outcome).rejects.toThrow());
    }
    expect(await openTransactions()).toBe(0);
    expect(await client.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  it("never holds more connections than the pool has, with fifty transactions at once", async () => {
    const client = poolOf(3);
    const pids = await Promise.all(
      Array.from({ length: 50 }, () =>
        transact(client, CONTEXT, async (tx) => {
          const pid = await pidOf(tx);
          await sleep(2);
          return pid;
        }),
      ),
    );
    expect(new Set(pids).size).toBeLessThanOrEqual(3);
  });
});

describe("transact retries", () => {
  it("runs work again after a deadlock, so that both of two that cross finish", async () => {
    const client = poolOf(4);
    const [one, two] = [newId("mer"), newId("mer")];
    await transact(client, CONTEXT, async (tx) => {
      await addShop(tx, one);
      await addShop(tx, two);
    });
    let runs = 0;
    const cross = (first: string, second: string, name: string) =>
      transact(client, CONTEXT, async (tx) => {
        runs += 1;
        await rename(tx, first, name);
        await sleep(runs <= 2 ? 150 : 0);
        await rename(tx, second, name);
      });
    await Promise.all([cross(one, two, "a"), cross(two, one, "b")]);
    expect(runs).toBe(3);
    expect(await nameOf(one)).toBe(await nameOf(two));
  });

  it("gives up after four runs, with the database's error", async () => {
    let runs = 0;
    const failing = transact(poolOf(1), CONTEXT, async (tx) => {
      runs += 1;
      await tx.execute(sql`do $$ begin raise exception 'again' using errcode = 'serialization_failure'; end $$`);
    });
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(databaseErrorCode(error)).toBe("40001");
    expect(runs).toBe(4);
  });

  it("does not run work again for any other error", async () => {
    let runs = 0;
    const failing = transact(poolOf(1), CONTEXT, async (tx) => {
      runs += 1;
      await tx.execute(sql`select 1 / 0`);
    });
    await expect(failing).rejects.toThrow();
    expect(runs).toBe(1);
  });

  it("names the constraint and the code behind the query builder's wrapper", async () => {
    const id = newId("mer");
    const error = await transact(poolOf(1), CONTEXT, async (tx) => {
      await addShop(tx, id);
      await addShop(tx, id);
    }).catch((thrown: unknown) => thrown);
    expect(databaseErrorCode(error)).toBe("23505");
    expect(violatedConstraint(error)).toBe("merchants_pkey");
    expect(databaseErrorCode(new Error("else"))).toBeNull();
  });
});

/** An actor who appears nowhere else, so that a leaked context shows. */
const actedBy = (id: string): AuditContext => ({ ...CONTEXT, actor: { type: "user", id } });

describe("transact: the actor", () => {
  it("does not leak to the next transaction, nor to a statement without one, on the same connection", async () => {
    const client = poolOf(1);
    const [first, second] = [newId("mer"), newId("mer")];
    await transact(client, actedBy("first"), (tx) => addShop(tx, first));
    await transact(client, actedBy("second"), (tx) => addShop(tx, second));
    const bare = await client.transactions.acquire();
    const statement = `update merchants set name = 'Nobody''s' where id = '${first}'`;
    expect(databaseErrorCode(await bare.sql.unsafe(statement).catch((thrown: unknown) => thrown))).toBe("42501");
    bare.release();
    expect(await nameOf(first)).toBe("Shop");
    const actors = await observer.db
      .select({ resource: auditEntries.resourceId, actor: auditEntries.actorId })
      .from(auditEntries)
      .where(sql`${auditEntries.resourceId} in (${first}, ${second})`)
      .orderBy(auditEntries.id);
    expect(actors).toEqual([
      { resource: first, actor: "first" },
      { resource: second, actor: "second" },
    ]);
  });

  it("does not survive a rollback either", async () => {
    const client = poolOf(1);
    await transact(client, actedBy("undone"), async () => Promise.reject(new Error("undo"))).catch(() => undefined);
    const same = await client.transactions.acquire();
    const [row] = await same.sql.unsafe("select nullif(current_setting('countinghouse.context', true), '') as context");
    same.release();
    expect(row?.context).toBeNull();
  });
});

describe("transact: stragglers", () => {
  it("sends no statement of a transaction that is over, for it would run inside another one", async () => {
    const client = poolOf(1);
    const [late, other] = [newId("mer"), newId("mer")];
    let straggler: Promise<unknown> = Promise.resolve();
    await transact(client, CONTEXT, async (tx) => {
      straggler = sleep(100).then(() => addShop(tx, late));
      straggler.catch(() => undefined);
      throw new Error("failed early");
    }).catch(() => undefined);
    await transact(client, CONTEXT, async (tx) => {
      await addShop(tx, other);
      await sleep(200);
    });
    await expect(straggler).rejects.toThrow();
    expect(await nameOf(late)).toBeNull();
    expect(await nameOf(other)).toBe("Shop");
  });
});
