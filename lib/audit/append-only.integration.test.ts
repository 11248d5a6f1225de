import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import type { DatabaseClient } from "@/db/client";
import { databaseErrorCode, transact } from "@/db/transact";
import { createPaymentWorld, type PaymentWorld } from "@/lib/payments/testing/payment-world";
import { sealEntries } from "./seal-entries";

let world: PaymentWorld;

beforeAll(async () => {
  world = await createPaymentWorld();
  await world.addCard(await world.addMerchant());
  await sealEntries(world.client);
});
afterAll(() => world.close());

/** As somebody with an actor: it is not the missing one that must stop them. */
const codeOf = (client: DatabaseClient, statement: string) =>
  transact(client, systemContext("attacker"), (tx) => tx.execute(sql.raw(statement))).then(
    () => null,
    (error: unknown) => databaseErrorCode(error),
  );

const snapshot = () =>
  world.owner.db.execute(sql`select (select jsonb_agg(e order by id) from audit_entries e) as entries,
                                    (select jsonb_agg(c order by chain, sequence) from audit_chain c) as links`);

describe("audit.append-only: the attack is to change what was written", () => {
  it.each([
    "update audit_entries set action = 'nothing.happened'",
    "update audit_entries set ip = null where id = (select min(id) from audit_entries)",
    "delete from audit_entries",
    "truncate audit_entries",
    "truncate audit_entries cascade",
    "update audit_chain set hash = '\\x00'",
    "delete from audit_chain",
    "truncate audit_chain",
    "merge into audit_entries using (values (1)) as v(n) on true when matched then delete",
    "insert into audit_chain select * from audit_chain on conflict (chain, sequence) do update set hash = '\\x00'",
  ])("%s: refused to the application and to the owner, and nothing is changed", async (statement) => {
    const before = await snapshot();
    expect(await codeOf(world.client, statement)).toBe("42501");
    expect(await codeOf(world.owner, statement)).toBe("42501");
    expect(await snapshot()).toEqual(before);
  });

  it.each([
    "alter table audit_entries disable trigger all",
    "alter table audit_entries disable trigger audit_entries_immutable",
    "drop trigger audit_entries_immutable on audit_entries",
    "drop table audit_entries cascade",
    "create or replace function audit_is_immutable() returns trigger language plpgsql as $$ begin return old; end $$",
    "set session_replication_role = replica",
    "set role countinghouse_owner",
    "create table public.mine (a int)",
    "insert into audit_queue values (999999)",
    "update audit_queue set entry_id = 999999",
    "copy audit_entries to program 'cat'",
    "insert into audit_entries (action, resource_type, actor_type, created_at) values ('a', 'b', 'user', now() - interval '1 day')",
    "insert into audit_entries (id, action, resource_type, actor_type) overriding system value values (-1, 'a', 'b', 'user')",
  ])("%s: refused to the application", async (statement) => {
    expect(await codeOf(world.client, statement)).toBe("42501");
  });
});

/** What the application's role may do, wholly. `I(…)` and `U(…)` name the columns that it may write. */
const PRIVILEGES: Readonly<Record<string, string>> = {
  api_keys: "S I U(last_used_at previous_secret previous_secret_until revoked_at secret)",
  api_requests: "S I D",
  audit_chain: "S I",
  audit_entries:
    "S I(action actor_id actor_type ip merchant_id new_values old_values outcome request_id resource_id resource_type user_agent)",
  audit_queue: "S D",
  cards: "S I U(deleted_at fingerprint number spent_at)",
  customers: "S I U(email email_index erased_at key metadata name phone phone_index tax_id updated_at)",
  data_keys: "S I",
  events: "S I U(dispatched_at)",
  factor_attempts: "S I U",
  gateway_callbacks: "S I U(outcome reason)",
  idempotency_keys:
    "S I D U(completed_at conflicts customer_id fence last_conflict_at last_replayed_at lease_until replays response_body response_status)",
  email_factors: "S I D",
  email_links: "S I D U(used_at)",
  factor_enrolments: "S I D U",
  known_devices: "S I D U(last_seen_at user_agent)",
  merchants: "S U(allowed_factors ip_policy)",
  one_time_codes: "S I D U",
  outgoing_messages: "S I D U(attempts failed_at next_attempt_at sealed sent_at)",
  passkeys: "S I D U(backed_up counter last_used_at name)",
  payment_operations: "S I U(failure_code status updated_at)",
  payments:
    "S I U(captured_minor failure_code failure_message gateway_reference refund_pending_minor refunded_minor status updated_at)",
  pending_setups: "S I D U(attempts)",
  phone_factors: "S I D",
  rate_limit_hits: "S I D",
  rate_limit_subjects: "S I D U",
  recovery_codes: "S I D U(codes created_at)",
  refund_limits: "S",
  refunds: "S I U(failure_code gateway_reference status updated_at)",
  request_nonces: "S I D",
  sessions: "S I U(device_id ended_at ended_by ended_reason held_at ip last_seen_at previous_token_hash token_hash)",
  sign_in_challenges: "S I D U",
  step_ups: "S I D U(consumed_at expires_at granted_at method)",
  totp_factors: "S I D U(last_step)",
  users: "S U(factors_reset_at password_hash)",
  webauthn_challenges: "S I D",
  webhook_attempts: "S I U(ended_at error latency_ms status_code)",
  webhook_deliveries: "S I D U(attempts ended_at lease_until next_attempt_at rung state tried_at)",
  webhook_endpoints: "S I U(disabled_at enabled_at previous_secret previous_secret_until secret status)",
};

describe("privileges.least: the attack is anything else, with the application's password", () => {
  it("the application's role may do what is written here, table by table, and no more", async () => {
    const rows = await world.owner.db.execute<{ table: string; may: string }>(sql`
      select c.relname as table, concat_ws(' ',
        case when has_table_privilege('countinghouse_app', c.oid, 'select') then 'S' end,
        case when has_table_privilege('countinghouse_app', c.oid, 'insert') then 'I' else (
          select 'I(' || string_agg(attname, ' ' order by attname) || ')' from pg_attribute a
           where attrelid = c.oid and attnum > 0 and not attisdropped
             and has_column_privilege('countinghouse_app', c.oid, attnum, 'insert')) end,
        case when has_table_privilege('countinghouse_app', c.oid, 'delete') then 'D' end,
        case when has_table_privilege('countinghouse_app', c.oid, 'update') then 'U' else (
          select 'U(' || string_agg(attname, ' ' order by attname) || ')' from pg_attribute a
           where attrelid = c.oid and attnum > 0 and not attisdropped
             and has_column_privilege('countinghouse_app', c.oid, attnum, 'update')) end,
        case when has_table_privilege('countinghouse_app', c.oid, 'truncate, references, trigger, maintain') then 'more' end
      ) as may
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm')`);
    expect(Object.fromEntries(rows.map(({ table, may }) => [table, may]))).toEqual(PRIVILEGES);
  });

  it("it owns nothing, is nobody special, and can become nobody else", async () => {
    const [role] = await world.owner.db.execute(sql`
      select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
             (select count(*)::int from pg_class where relowner = r.oid) as owned,
             (select count(*)::int from pg_auth_members where member = r.oid) as memberships,
             has_schema_privilege('countinghouse_app', 'public', 'create') as creates
        from pg_roles r where rolname = 'countinghouse_app'`);
    expect(role).toEqual({
      ...{ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolreplication: false, rolbypassrls: false },
      ...{ owned: 0, memberships: 0, creates: false },
    });
  });

  it.each([
    "delete from payments",
    "truncate payments cascade",
    "update payments set amount_minor = 1",
    "update payments set merchant_id = 'mer_x'",
    "update cards set merchant_id = 'mer_x'",
    "update customers set merchant_id = 'mer_x'",
    "delete from customers",
    "delete from data_keys",
    "delete from cards",
    "update users set role = 'owner'",
    "update api_keys set permissions = '{}'",
    "update api_keys set expires_at = null",
    "update api_keys set ip_allow_list = null",
    "update api_keys set merchant_id = 'mer_x'",
    "delete from api_keys",
    "update api_requests set status = 200",
    "update data_keys set wrapped_key = 'x'",
    "update email_links set user_id = 'usr_x'",
    "update step_ups set binds_hash = '\\x00'",
    "update idempotency_keys set fingerprint = '\\x00'",
    "update refunds set amount_minor = 1",
    "delete from refunds",
    "update payment_operations set type = 'void'",
    "delete from payment_operations",
    "update events set data = '{}'",
    "delete from events",
    "delete from gateway_callbacks",
    "update webhook_endpoints set url = 'https://attacker.example'",
    "update webhook_endpoints set events = '{*}'",
    "delete from webhook_endpoints",
    "update webhook_deliveries set endpoint_id = 'whk_x'",
    "delete from webhook_attempts",
    "update merchants set money_out_frozen_at = null",
    "insert into merchants (id, name, country, time_zone, vault_mode) values ('m', 'x', 'IN', 'UTC', 'keep')",
  ])("%s: refused", async (statement) => {
    expect(await codeOf(world.client, statement)).toBe("42501");
  });
});
