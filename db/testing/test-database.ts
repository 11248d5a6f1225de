import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";

export type TestDatabase = Readonly<{ appUrl: string; ownerUrl: string; drop: () => Promise<void> }>;

/**
 * A migrated, empty database of the caller's own: a copy of the run's template, which takes a few hundredths of a
 * second. One for each test file; `drop` it in `afterAll`, once the connections to it are closed or may be cut.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = inject("templateDatabase");
  const name = `test_${randomBytes(8).toString("hex")}`;
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${nameIn(template.ownerUrl)} OWNER ${userIn(template.ownerUrl)}`);
  return {
    appUrl: withDatabase(template.appUrl, name),
    ownerUrl: withDatabase(template.ownerUrl, name),
    drop: () => asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function asAdmin(statement: string): Promise<void> {
  const sql = postgres(inject("templateDatabase").adminUrl, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

function nameIn(url: string): string {
  return new URL(url).pathname.slice(1);
}

function userIn(url: string): string {
  return new URL(url).username;
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
