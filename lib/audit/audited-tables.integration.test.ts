import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditContext } from "@/db/audit-context";
import { auditEntries, merchants } from "@/db/schema";
import { databaseErrorCode, transact } from "@/db/transact";
import { type MerchantId, newId } from "@/lib/ids/id";
import { createPaymentWorld, type PaymentWorld } from "@/lib/payments/testing/payment-world";

let world: PaymentWorld;
let merchantId: MerchantId;

beforeAll(async () => {
  world = await createPaymentWorld();
  merchantId = await world.addMerchant();
});
afterAll(() => world.close());

/** Tables that write no audit entries, and why not. Anything that is not here must have the trigger. */
const NOT_AUDITED: Readonly<Record<string, string>> = {
  api_requests: "a log of calls; what they changed is audited",
  audit_chain: "it is the trail",
  audit_entries: "it is the trail",
  audit_queue: "it is the trail's own work list",
  email_links: "live half an hour or so; asking for one and using it are recorded as events",
  events: "what merchants are told; each comes with a change that is audited",
  factor_attempts: "a counter; each failure is recorded as a sign-in event",
  factor_enrolments: "live ten minutes; the factor that comes of one is audited",
  gateway_callbacks: "what acquirers said; what it changed is audited",
  idempotency_keys: "how a call is answered again; what it made is audited",
  one_time_codes: "live five minutes; sending and using one are recorded as events",
  outgoing_messages: "a work list; what a message tells of is audited where it happens",
  pending_setups: "live half an hour, before there is a merchant",
  rate_limit_hits: "a meter of calls",
  rate_limit_subjects: "a meter of calls",
  request_nonces: "a meter of calls",
  sign_in_challenges: "lives five minutes; its steps are recorded as sign-in events",
  step_ups: "live five minutes; asking, granting and refusing are recorded as events",
  webauthn_challenges: "live five minutes; what comes of one is recorded as an event",
  webhook_attempts: "a log by itself: every attempt is kept with what came of it",
  webhook_deliveries: "a work list; each comes of an event, and retries and replays by hand are recorded as events",
};

const CONTEXT: AuditContext = {
  actor: { type: "user", id: "usr_actor" },
  merchantId: null,
  ip: "192.0.2.9",
  userAgent: "Test/1.0",
  requestId: "req_audit",
};

const entriesOf = (resourceId: string) =>
  world.owner.db.select().from(auditEntries).where(eq(auditEntries.resourceId, resourceId)).orderBy(auditEntries.id);

describe("audit.every-table: the attack is a change in a table that somebody forgot", () => {
  it("each table has the trigger on every kind of change, or stands on the list of exceptions", async () => {
    const rows = await world.owner.db.execute<{ table: string; events: string }>(sql`
      select c.relname as table, coalesce(string_agg(distinct event, ' ' order by event), '') as events
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
        left join pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled = 'O'
             and t.tgfoid = 'audit_row_change'::regproc
        left join lateral unnest(array[
          case when t.tgtype & 4 > 0 then 'INSERT' end,
          case when t.tgtype & 8 > 0 then 'DELETE' end,
          case when t.tgtype & 16 > 0 then 'UPDATE' end]) as event on true
       where c.relkind in ('r', 'p') group by c.relname`);
    expect(rows.length).toBeGreaterThan(15);
    for (const { table, events } of rows) {
      const expected = table in NOT_AUDITED ? "" : "DELETE INSERT UPDATE";
      expect([table, events]).toEqual([table, expected]);
    }
    const known = new Set(rows.map(({ table }) => table));
    expect(Object.keys(NOT_AUDITED).filter((table) => !known.has(table))).toEqual([]);
  });
});

describe("audit.no-actor-no-change: the attack is a change that nobody has made", () => {
  it.each([
    [
      "insert",
      sql`insert into merchants (id, name, country, time_zone, vault_mode) values ('mer_x', 'x', 'IN', 'UTC', 'keep')`,
    ],
    ["update", sql`update merchants set name = 'x'`],
    ["delete", sql`delete from api_keys`],
  ])("an %s outside of transact is refused, for the owner too", async (_, statement) => {
    await world.addApiKey(merchantId);
    const error = await world.owner.db.execute(statement).catch((thrown: unknown) => thrown);
    expect(databaseErrorCode(error)).toBe("42501");
  });

  it("so is one with an empty actor, or one that is not JSON", async () => {
    for (const context of ["", "{", "null"]) {
      const change = world.owner.db.execute(sql`
        with context as (select set_config('countinghouse.context', ${context}, true))
        update merchants set name = 'x' from context where id = ${merchantId}`);
      await expect(change).rejects.toThrow();
    }
    const [row] = await world.owner.db.select().from(merchants).where(eq(merchants.id, merchantId));
    expect(row?.name).toBe("Test Shop");
  });

  it("a table of the session's own cannot stand in for the trail", async () => {
    const id = newId("mer");
    await transact(world.owner, CONTEXT, async (tx) => {
      await tx.execute(
        sql`create temporary table audit_entries (like public.audit_entries including all) on commit drop`,
      );
      await tx.insert(merchants).values({ id, name: "Shadow", country: "IN", timeZone: "UTC", vaultMode: "keep" });
    });
    expect(await entriesOf(id)).toHaveLength(1);
  });
});
