import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
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
