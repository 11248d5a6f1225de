import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./test-database";

let one: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(() => Promise.all([one.drop(), other.drop()]));

async function query(url: string, statement: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return (await sql.unsafe(statement)).map((row) => Object.values(row))[0]?.[0];
  } finally {
    await sql.end();
  }
}

test("a test database is migrated, and nobody else's", async () => {
  await query(one.ownerUrl, "CREATE TABLE mine AS SELECT 1");
  expect(await query(one.appUrl, "SELECT to_regclass('audit_entries')::text")).toBe("audit_entries");
  expect(await query(other.ownerUrl, "SELECT to_regclass('mine')")).toBeNull();
});
