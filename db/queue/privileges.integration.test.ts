import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type DatabaseClient } from "../client";
import { createTestDatabase, type TestDatabase } from "../testing/test-database";
import { databaseErrorCode } from "../transact";
import { installQueue } from "./install";

let database: TestDatabase;
let app: DatabaseClient;

beforeAll(async () => {
  database = await createTestDatabase();
  app = connect(database.appUrl, { poolSize: 2, statementTimeoutMs: 5000 });
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

describe("privileges.queue: the attack is anything but jobs, with the application's password", () => {
  it.each([
    "create table pgboss.mine (a int)",
    "alter table pgboss.job add column mine int",
    "truncate pgboss.job_common",
    "drop schema pgboss cascade",
    "update pgboss.version set version = 1",
    "select pgboss.create_queue('mine', '{\"policy\":\"standard\"}')",
    "delete from pgboss.queue",
  ])("%s is refused", async (statement) => {
    const code = await app.db.execute(sql.raw(statement)).then(
      () => null,
      (error: unknown) => databaseErrorCode(error),
    );
    expect(code).toBe("42501");
  });

  it("installing again changes nothing", async () => {
    const before = await app.db.execute(sql`select name, policy, retry_limit, retry_delay_max from pgboss.queue`);
    await installQueue(database.ownerUrl);
    expect(await app.db.execute(sql`select name, policy, retry_limit, retry_delay_max from pgboss.queue`)).toEqual(
      before,
    );
    expect(before).toEqual([{ name: "reconcile", policy: "exclusive", retry_limit: 1_000_000, retry_delay_max: 3600 }]);
  });
});
