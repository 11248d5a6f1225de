import { execFile } from "node:child_process";
import type { Page } from "@playwright/test";
import postgres, { type Sql } from "postgres";
import type { Demo } from "./fixtures/demo";
import { newReference, pay } from "./fixtures/shop";
import { expect, test } from "./fixtures/test";

// The attack: whoever owns the database makes a payment look smaller. The second merchant's chain: a chain is a
// merchant's own, so the other specs' stays whole.
test("audit.tamper-evident: an edited entry is named in the browser and by npm run verify-audit", async ({
  page,
  demo,
  otherApi,
  ownerDatabase,
  signInAs,
}) => {
  const { payment } = await pay(otherApi, { reference: newReference("tamper"), amount: "900.00" });
  const entry = await findSealed(ownerDatabase, payment.id);
  await signInAs("owner", "other");
  await page.goto("/audit");
  await expect(await verdictOf(page)).toContainText("Chain verified");

  try {
    await overwrite(ownerDatabase, entry.id, entry.newValues.replace("90000", "9"));
    await expect(await verdictOf(page)).toContainText(`Chain broken at ${entry.sequence.toLocaleString("en")}`);
    const found = await verifyAudit(demo);
    expect(found.exitCode).toBe(1);
    expect(found.output).toMatch(new RegExp(`broken at sequence ${entry.sequence}\\b.*\\bentry ${entry.id}\\b`));
  } finally {
    await overwrite(ownerDatabase, entry.id, entry.newValues);
  }
  await expect(await verdictOf(page)).toContainText("Chain verified");
  expect((await verifyAudit(demo)).exitCode).toBe(0);
});

test("audit.insert-only: the application's own role may not change the trail", async ({ demo }) => {
  const sql = postgres(demo.databaseUrl, { max: 1, onnotice: () => {} });
  try {
    expect(await sql`select id from audit_entries limit 1`).toHaveLength(1);
    for (const table of ["audit_entries", "audit_chain"]) {
      const denied = new RegExp(`^permission denied for table ${table}$`);
      await expect(sql`update ${sql(table)} set created_at = now()`.simple()).rejects.toThrow(/created_at|denied/);
      await expect(sql`delete from ${sql(table)}`).rejects.toThrow(denied);
      await expect(sql`truncate ${sql(table)}`).rejects.toThrow(denied);
      await expect(sql`alter table ${sql(table)} disable trigger all`).rejects.toThrow(/must be owner/);
    }
    await expect(sql`set session_replication_role = replica`).rejects.toThrow(/permission denied/);
  } finally {
    await sql.end();
  }
});

type Sealed = Readonly<{ id: string; sequence: number; newValues: string }>;

/** The entry that says the payment was captured, once it has its place in the chain. */
async function findSealed(sql: Sql, paymentId: string): Promise<Sealed> {
  let found: Sealed | undefined;
  await expect(async () => {
    [found] = await sql<Sealed[]>`
      select e.id::text as id, c.sequence::int as sequence, e.new_values::text as "newValues"
        from audit_entries e join audit_chain c on c.entry_id = e.id
       where e.resource_id = ${paymentId} and e.action = 'payment.captured'`;
    expect(found?.newValues).toContain("90000");
  }).toPass({ timeout: 5000 });
  if (!found) throw new Error("the entry was not sealed");
  return found;
}

/** In one transaction, so that nobody else ever finds the trigger off. */
async function overwrite(sql: Sql, entryId: string, newValues: string): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`alter table audit_entries disable trigger audit_entries_immutable`;
    await tx`update audit_entries set new_values = ${newValues}::text::jsonb where id = ${entryId}`;
    await tx`alter table audit_entries enable trigger audit_entries_immutable`;
  });
}

async function verdictOf(page: Page) {
  await page.getByRole("button", { name: "Verify chain" }).click();
  const status = page.getByRole("main").getByRole("status");
  await expect(status).toHaveAttribute("aria-busy", "false");
  return status;
}

/** The command as its user runs it. */
function verifyAudit({ databaseUrl }: Demo): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, DATABASE_URL: databaseUrl } };
    const child = execFile("npm", ["run", "verify-audit"], options, (_error, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}
