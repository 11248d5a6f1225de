import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { requestNonces } from "@/db/schema";
import { transact } from "@/db/transact";
import { createSignInWorld, type SignInWorld, type TestUser } from "@/lib/auth/testing/sign-in-world";
import { deleteExpired } from "./sweep-store";

let world: SignInWorld;
let user: TestUser;
beforeAll(async () => {
  world = await createSignInWorld();
  user = await world.addUser();
});
afterAll(() => world.close());

const insert = (id: string, expiresAt: ReturnType<typeof sql>) => {
  const { userId, merchantId } = user;
  const hash = sql`sha256(${id}::text::bytea)`;
  return [
    sql`insert into one_time_codes (id, user_id, subject, channel, code_mac, kid, expires_at)
        values (${id}, ${userId}, ${id}, 'sms', ${hash}, 'k', ${expiresAt})`,
    sql`insert into factor_enrolments (id, user_id, kind, expires_at)
        values (${id}, ${userId}, ${id === "old" ? "sms" : "email"}, ${expiresAt})`,
    sql`insert into webauthn_challenges (challenge_hash, purpose, expires_at) values (${hash}, 'sign_in', ${expiresAt})`,
    sql`insert into pending_setups (id, token_hash, sealed, expires_at) values (${id}, ${hash}, 's', ${expiresAt})`,
    sql`insert into step_ups (id, session_id, user_id, purpose, binds_hash, description, expires_at)
        values (${id}, 'ses', ${userId}, 'p', ${hash}, 'd', ${expiresAt})`,
    sql`insert into email_links (id, token_hash, user_id, purpose, expires_at)
        values (${id}, ${hash}, ${userId}, 'revoke_session', ${expiresAt})`,
    sql`insert into outgoing_messages (id, merchant_id, channel, kind, expires_at)
        values (${id}, ${merchantId}, 'sms', 'sign_in_code', ${expiresAt})`,
  ];
};

const TABLES = [
  ...["one_time_codes", "factor_enrolments", "webauthn_challenges", "pending_setups", "step_ups", "email_links"],
  "outgoing_messages",
];

it("the application's role deletes what expired long ago, and nothing that may still be used", async () => {
  await transact(world.client, systemContext("test"), async (tx) => {
    for (const statement of insert("old", sql`now() - interval '31 days'`)) await tx.execute(statement);
    for (const index of [0, 2]) await tx.execute(insert("late", sql`now() - interval '1 second'`)[index] ?? sql`abort`);
    for (const statement of insert("new", sql`now() + interval '1 minute'`)) await tx.execute(statement);
  });
  await deleteExpired(world.client.db);
  // Were the database's clock set back by ten minutes, these would be good again.
  for (const table of ["one_time_codes", "webauthn_challenges"]) {
    const late = await world.owner.db.execute(sql.raw(`select 1 from ${table} where expires_at < now()`));
    expect([...late], table).toEqual([]);
  }
  for (const table of TABLES) {
    const left = await world.owner.db.execute(sql.raw(`select expires_at > now() as usable from ${table}`));
    expect([...left], table).toEqual([{ usable: true }]);
  }
});

it("sweep.batches: a backlog goes a batch at a time, and a turn that leaves some says so", async () => {
  await transact(world.client, systemContext("test"), (tx) =>
    tx.execute(sql`insert into request_nonces (api_key_id, nonce, created_at)
      select 'key', n::text, now() - make_interval(hours => case when n <= 25 then 25 else 23 end) from generate_series(1, 30) n`),
  );
  const left = async () => world.owner.db.$count(requestNonces);
  expect(await deleteExpired(world.client.db, { batch: 10, rounds: 2 })).toBe(true);
  expect(await left()).toBe(10);
  expect(await deleteExpired(world.client.db, { batch: 10, rounds: 2 })).toBe(false);
  expect(await left()).toBe(5);
});

it("sweep.held: a row that somebody holds is left, and waited for by nobody", async () => {
  const held = sql`select 1 from step_ups where id = 'held' for update`;
  const { userId } = user;
  await transact(world.client, systemContext("test"), (tx) =>
    tx.execute(sql`insert into step_ups (id, session_id, user_id, purpose, binds_hash, description, expires_at)
      select id, 'ses', ${userId}, 'p', sha256(id::bytea), 'd', now() - interval '25 hours' from (values ('held'), ('free')) v(id)`),
  );
  const ids = async () => [
    ...(await world.owner.db.execute<{ id: string }>(sql`select id from step_ups where id in ('held', 'free')`)),
  ];
  await transact(world.owner, systemContext("test"), async (tx) => {
    await tx.execute(held);
    await deleteExpired(world.client.db);
    expect(await ids()).toEqual([{ id: "held" }]);
  });
  await deleteExpired(world.client.db);
  expect(await ids()).toEqual([]);
});

it("sweep.events: after 90 days those that were handed on and that no delivery needs; callbacks after 90 days", async () => {
  const { merchantId } = user;
  await transact(world.owner, systemContext("test"), async (tx) => {
    await tx.execute(sql`
      insert into events (id, merchant_id, mode, type, resource_id, data, created_at, dispatched_at)
      select id, ${merchantId}, 'test', 'card.created', 'tok', '{}', now() - make_interval(days => days), dispatched
        from (values ('evt_old', 91, now()), ('evt_young', 89, now()), ('evt_waiting', 400, null), ('evt_needed', 400, now())) v(id, days, dispatched)`);
    await tx.execute(sql`insert into webhook_endpoints (id, merchant_id, mode, url, events, secret)
      values ('whk_x', ${merchantId}, 'test', 'https://x.example', '{*}', 'v1.k.AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA')`);
    await tx.execute(sql`insert into webhook_deliveries (id, endpoint_id, event_id, resource_id, position, event_type)
      values ('whd_x', 'whk_x', 'evt_needed', 'tok', 1, 'card.created')`);
    await tx.execute(sql`insert into gateway_callbacks (gateway, callback_id, kind, outcome, received_at)
      values ('sandbox', 'old', 'k', 'applied', now() - interval '91 days'), ('sandbox', 'young', 'k', 'applied', now() - interval '89 days')`);
  });
  await deleteExpired(world.client.db);
  const events = await world.owner.db.execute(sql`select id from events order by id`);
  expect(events.map(({ id }) => id)).toEqual(["evt_needed", "evt_waiting", "evt_young"]);
  const callbacks = await world.owner.db.execute(sql`select callback_id as id from gateway_callbacks`);
  expect(callbacks.map(({ id }) => id)).toEqual(["young"]);
  for (const table of ["events", "gateway_callbacks"]) {
    await expect(world.client.db.execute(sql`delete from ${sql.identifier(table)}`), table).rejects.toThrow();
  }
});
