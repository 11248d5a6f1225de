import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { merchants } from "@/db/schema";
import { createTestDatabase, type TestDatabase } from "@/db/testing/test-database";
import { newId } from "@/lib/ids/id";
import { systemContext } from "./audit-context";
import { connect, type DatabaseClient } from "./client";
import { prepareOnce } from "./prepare-once";
import { transact } from "./transact";

let database: TestDatabase;
let client: DatabaseClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = connect(database.ownerUrl, { poolSize: 4, statementTimeoutMs: 5000 });
});
afterAll(async () => {
  await client.close();
  await database.drop();
});

const insertMerchant = prepareOnce(["id", "name"], (db, value) =>
  db
    .insert(merchants)
    .values({ id: value.id, name: value.name, country: "IN", timeZone: "Asia/Kolkata", vaultMode: "keep" })
    .returning({ name: merchants.name, createdAt: merchants.createdAt }),
);

it("builds the text once, and each use has its own values", async () => {
  let builds = 0;
  const findName = prepareOnce(["id"], (db, value) => {
    builds += 1;
    return db.select({ name: merchants.name }).from(merchants).where(eq(merchants.id, value.id));
  });
  const [one, other] = [newId("mer"), newId("mer")];
  await transact(client, systemContext("test"), async (tx) => {
    await insertMerchant(tx, { id: one, name: "One" });
    await insertMerchant(tx, { id: other, name: "Other" });
  });
  expect(await Promise.all([findName(client.db, { id: one }), findName(client.db, { id: other })])).toEqual([
    [{ name: "One" }],
    [{ name: "Other" }],
  ]);
  expect(builds).toBe(1);
});

// The query was built on another transaction's connection: run there, its row would outlive this one's rollback.
it("runs inside the transaction that it is given", async () => {
  const id = newId("mer");
  await transact(client, systemContext("test"), (tx) => insertMerchant(tx, { id: newId("mer"), name: "Before" }));
  const undone = transact(client, systemContext("test"), async (tx) => {
    const [row] = await insertMerchant(tx, { id, name: "Undone" });
    expect(row).toEqual({ name: "Undone", createdAt: expect.any(Date) });
    throw new Error("undo");
  });
  await expect(undone).rejects.toThrow("undo");
  expect(await client.db.select().from(merchants).where(eq(merchants.id, id))).toEqual([]);
});
