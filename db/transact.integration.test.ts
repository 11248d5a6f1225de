import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { merchants } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/testing/test-database";
import { newId } from "@/lib/ids/id";
import { type AuditContext, systemContext } from "./audit-context";
import { connect, type DatabaseClient } from "./client";
import { databaseErrorCode, type Transaction, transact } from "./transact";

const CONTEXT = systemContext("test");
const shop = (id: string, name = "Shop") => ({ id, name, country: "IN", timeZone: "Asia/Kolkata", vaultMode: "keep" }) as const;

let database: TestDatabase;
let owner: DatabaseClient;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = open(5);
});
afterAll(async () => {
  await owner.close();
  await database.drop();
});

function open(poolSize: number): DatabaseClient {
  return connect(database.ownerUrl, { poolSize, statementTimeoutMs: 5000 });
}

async function withPoolOf<T>(size: number, work: (client: DatabaseClient) => Promise<T>): Promise<T> {
  const client = open(size);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

describe("lost", () => {
  it("survives a connection that the database ends in the middle", () =>
    withPoolOf(1, async (client) => {
      const id = newId("mer");
      const lost = transact(client, CONTEXT, async (tx) => {
        await tx.insert(merchants).values(shop(id));
        const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
        await owner.db.execute(sql`select pg_terminate_backend(${row?.pid ?? 0}::int)`);
        await new Promise((resolve) => setTimeout(resolve, 200));
        await tx.execute(sql`select 1`);
      });
      await expect(lost).rejects.toThrow();
      expect(await client.db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
      expect(await transact(client, CONTEXT, (tx) => tx.execute(sql`select 2 as two`))).toEqual([{ two: 2 }]);
    }));
});
