import { createConnection, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { merchants } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/testing/test-database";
import { mapError } from "@/lib/boundary/map-error";
import { newId } from "@/lib/ids/id";
import { freePort } from "@/scripts/processes/ports";
import { systemContext } from "./audit-context";
import { connect, type DatabaseClient } from "./client";
import { type Transaction, transact } from "./transact";

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

function poolOf(poolSize: number): DatabaseClient {
  const client = connect(database.ownerUrl, { poolSize, statementTimeoutMs: 5000 });
  opened.push(client);
  return client;
}

function addShop(tx: Transaction, id: string, name = "Shop") {
  return tx.insert(merchants).values({ id, name, country: "IN", timeZone: "Asia/Kolkata", vaultMode: "keep" });
}

async function nameOf(id: string): Promise<string | null> {
  const [row] = await observer.db.select({ name: merchants.name }).from(merchants).where(eq(merchants.id, id));
  return row?.name ?? null;
}

async function pidOf(tx: Transaction): Promise<number> {
  const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  return row?.pid ?? 0;
}

async function terminate(pid: number): Promise<void> {
  await observer.db.execute(sql`select pg_terminate_backend(${pid}::int)`);
}

/** What a restart of the database does to those who are connected. */
async function terminateAll(): Promise<void> {
  await observer.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name = 'countinghouse'`);
}

const openTransactions = async () => {
  const [row] = await observer.db.execute<{ open: number }>(
    sql`select count(*)::int as open from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in transaction%'`,
  );
  return row?.open;
};

describe("transact when the database goes away", () => {
  it("reports a connection that was lost between two statements, and the pool goes on", async () => {
    const client = poolOf(1);
    const id = newId("mer");
    const lost = transact(client, CONTEXT, async (tx) => {
      await addShop(tx, id);
      await terminate(await pidOf(tx));
      await sleep(150);
      await addShop(tx, newId("mer"));
    });
    await expect(lost).rejects.toThrow("The connection to the database was lost");
    expect(await nameOf(id)).toBeNull();
    expect(await transact(client, CONTEXT, (tx) => tx.execute(sql`select 2 as two`))).toEqual([{ two: 2 }]);
  });

  it("rolls back without a word to a connection that is no more, when work fails after the loss", async () => {
    const client = poolOf(1);
    const refusal = new Error("refused");
    const lost = transact(client, CONTEXT, async (tx) => {
      await terminate(await pidOf(tx));
      await sleep(150);
      throw refusal;
    });
    await expect(lost).rejects.toThrow();
    expect(await client.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  it("sends nothing of a lost transaction into another one that has got the connection anew", async () => {
    const client = poolOf(1);
    const id = newId("mer");
    const lost = transact(client, CONTEXT, async (tx) => {
      await terminate(await pidOf(tx));
      await sleep(300);
      await addShop(tx, id, "Ghost");
    });
    const other = sleep(100).then(() => transact(client, CONTEXT, () => sleep(500)));
    await expect(lost).rejects.toThrow();
    await other.catch(() => undefined);
    expect(await nameOf(id)).toBeNull();
  });

  it("fails at once, and recovers, when the connection is lost under a running statement", async () => {
    const client = poolOf(2);
    for (let round = 0; round < 5; round += 1) {
      const lost = transact(client, CONTEXT, async (tx) => {
        const pid = await pidOf(tx);
        setTimeout(() => void terminate(pid), 50);
        await tx.execute(sql`select pg_sleep(60)`);
      });
      await expect(lost).rejects.toThrow();
    }
    const again = () => transact(client, CONTEXT, (tx) => tx.execute(sql`select 1`));
    await again().catch(again);
    await Promise.all(Array.from({ length: 20 }, again));
    expect(await openTransactions()).toBe(0);
  });

  it("outlives the loss of every connection under load", async () => {
    const client = poolOf(10);
    let stopped = false;
    const load = Array.from({ length: 20 }, async () => {
      while (!stopped) {
        await transact(client, CONTEXT, async (tx) => {
          await addShop(tx, newId("mer"));
          await sleep(Math.random() * 5);
          await Promise.all([tx.execute(sql`select 1`), tx.execute(sql`select 2`)]);
        }).catch(() => sleep(5));
      }
    });
    for (let round = 0; round < 5; round += 1) {
      await sleep(200);
      await terminateAll();
    }
    stopped = true;
    await Promise.all(load);
    await Promise.all(
      Array.from({ length: 40 }, () => transact(client, CONTEXT, () => sleep(10)).catch(() => undefined)),
    );
    const works = await Promise.all(
      Array.from({ length: 40 }, () => transact(client, CONTEXT, (tx) => tx.execute(sql`select 1 as one`))),
    );
    expect(works).toEqual(Array.from({ length: 40 }, () => [{ one: 1 }]));
  });

  it("answers statements that stand alone again at once, and calls their loss our own failure", async () => {
    const client = poolOf(4);
    for (let round = 0; round < 5; round += 1) {
      const running = Array.from({ length: 2 }, () =>
        client.db.execute(sql`select pg_sleep(3)`).then(
          () => null,
          (cause: unknown) => mapError(cause).code,
        ),
      );
      await sleep(100);
      await terminateAll();
      expect(new Set(await Promise.all(running))).toEqual(new Set(["service_unavailable"]));
      const after = await Promise.all(
        Array.from({ length: 8 }, () => client.db.execute(sql`select ${round}::int as round`)),
      );
      expect(after).toEqual(Array.from({ length: 8 }, () => [{ round }]));
    }
  });

  it("goes on after a time without a database, however many calls failed meanwhile", async () => {
    const port = await freePort();
    const url = new URL(database.ownerUrl);
    const upstream = Number(url.port);
    url.port = String(port);
    const client = connect(url.href, { poolSize: 4, statementTimeoutMs: 5000 });
    opened.push(client);
    const call = () => transact(client, CONTEXT, (tx) => tx.execute(sql`select 1 as one`));
    const failed = await Promise.all(
      Array.from({ length: 30 }, () =>
        call().then(
          () => null,
          (cause: unknown) => mapError(cause).code,
        ),
      ),
    );
    expect(new Set(failed)).toEqual(new Set(["service_unavailable"]));
    const proxy = createServer((socket) => {
      const onward = createConnection(upstream, "127.0.0.1");
      socket.pipe(onward).pipe(socket);
      socket.on("error", () => onward.destroy());
      onward.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(port, "127.0.0.1", resolve));
    expect(await Promise.all(Array.from({ length: 30 }, call))).toEqual(Array.from({ length: 30 }, () => [{ one: 1 }]));
    expect(await client.db.execute(sql`select 2 as two`)).toEqual([{ two: 2 }]);
    await client.close();
    proxy.close();
  });

  it("opens nothing anew once it is closed", async () => {
    const client = poolOf(4);
    await Promise.all([client.db.execute(sql`select 1`), transact(client, CONTEXT, (tx) => tx.execute(sql`select 1`))]);
    await client.close();
    await expect(transact(client, CONTEXT, (tx) => tx.execute(sql`select 1`))).rejects.toThrow();
    await expect(client.db.execute(sql`select 1`)).rejects.toThrow();
  });
});
