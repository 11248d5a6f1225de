import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { sessions, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { createSignInWorld, type SignInWorld } from "@/lib/auth/testing/sign-in-world";
import { sha256 } from "@/lib/crypto/digest";
import { sessionStoreContract } from "./testing/session-store.contract";

/** As the owner, past the trigger and the privileges that keep the product from doing so. */
function age(world: SignInWorld, token: string, seenSeconds: number, createdSeconds: number) {
  return transact(world.owner, systemContext("test"), (tx) =>
    tx
      .update(sessions)
      .set({
        lastSeenAt: sql`last_seen_at - make_interval(secs => ${seenSeconds}::int)`,
        createdAt: sql`created_at - make_interval(secs => ${createdSeconds}::int)`,
        expiresAt: sql`expires_at - make_interval(secs => ${createdSeconds}::int)`,
      })
      .where(eq(sessions.tokenHash, sha256(token))),
  );
}

async function rowOf(world: SignInWorld, token: string) {
  const [row] = await world.owner.db
    .select()
    .from(sessions)
    .where(eq(sessions.tokenHash, sha256(token)));
  if (!row) throw new Error("no such session");
  return row;
}

sessionStoreContract("postgresSessionStore", async () => {
  const world = await createSignInWorld();
  return {
    world,
    store: world.sessions,
    age: async (token, seenSeconds, createdSeconds) => {
      await age(world, token, seenSeconds, createdSeconds);
    },
    endedReason: async (token) => (await rowOf(world, token)).endedReason,
  };
});

describe("postgresSessionStore, in its table", () => {
  let world: SignInWorld;
  beforeAll(async () => {
    world = await createSignInWorld();
  });
  afterAll(() => world.close());

  async function create() {
    const user = await world.addUser();
    const { userId, merchantId } = user;
    const context = { ...systemContext("test"), actor: { type: "user", id: userId }, merchantId } as const;
    const session = await transact(world.client, context, (tx) =>
      world.sessions.create(tx, {
        userId,
        merchantId,
        ip: null,
        userAgent: null,
        deviceId: null,
        method: "totp",
        replacesToken: null,
      }),
    );
    return { ...session, user, context };
  }

  it("session.hashed-at-rest: the attack is to sign in with what a leaked backup holds", async () => {
    const { token } = await create();
    const [row] = await world.owner
      .pool`select to_jsonb(s)::text as shown from sessions s where token_hash = ${sha256(token)}`;
    expect(row?.shown).toContain(sha256(token).toString("hex"));
    expect(row?.shown).not.toContain(token);
    expect(row?.shown).not.toContain(Buffer.from(token, "base64url").toString("hex"));
  });

  it("is touched at most once in 30 s, and that is no audit entry", async () => {
    const { token, sessionId } = await create();
    const { lastSeenAt } = await rowOf(world, token);
    await world.sessions.resolve(token);
    expect((await rowOf(world, token)).lastSeenAt).toEqual(lastSeenAt);
    await age(world, token, 31, 0);
    const before = await entriesOf(sessionId);
    await Promise.all([world.sessions.resolve(token), world.sessions.resolve(token)]).then((both) => {
      expect(both.every((session) => session !== null)).toBe(true);
    });
    expect((await rowOf(world, token)).lastSeenAt.getTime()).toBeGreaterThanOrEqual(lastSeenAt.getTime());
    expect(await entriesOf(sessionId)).toEqual(before);
  });

  it("start and end are audit entries of whoever did them", async () => {
    const { token, sessionId, context, user } = await create();
    await transact(world.client, context, (tx) => world.sessions.end(tx, { token }, "signed_out", user.userId));
    expect(await entriesOf(sessionId)).toEqual([`session.created ${user.userId}`, `session.ended ${user.userId}`]);
  });

  async function entriesOf(sessionId: string): Promise<string[]> {
    const rows = await world.owner.pool<{ action: string; actor_id: string }[]>`
      select action, actor_id from audit_entries where resource_id = ${sessionId} order by id`;
    return rows.map(({ action, actor_id }) => `${action} ${actor_id}`);
  }

  it("user.disabled-at-once: the attack is to go on working after one was let go", async () => {
    const { token, user } = await create();
    await transact(world.owner, systemContext("test"), (tx) =>
      tx.update(users).set({ disabledAt: new Date() }).where(eq(users.id, user.userId)),
    );
    expect(await world.sessions.resolve(token)).toBeNull();
  });

  it("session.stays-ended: the attack is a bug that writes to a session that has ended", async () => {
    const { token, context, user } = await create();
    await transact(world.client, context, (tx) => world.sessions.end(tx, { token }, "signed_out", user.userId));
    const revive = world.client.pool`update sessions set last_seen_at = now() where token_hash = ${sha256(token)}`;
    await expect(revive).rejects.toThrow("has ended");
  });

  it("session.logout-wins: the attack is a request that was let in just before the sign-out it waited for", async () => {
    const { token, context, user } = await create();
    await age(world, token, 100, 0);
    let refresh: Promise<unknown> = Promise.resolve();
    await transact(world.client, context, async (tx) => {
      await world.sessions.end(tx, { token }, "signed_out", user.userId);
      refresh = world.sessions.resolve(token);
      await untilSomebodyWaits();
    });
    expect(await refresh).toBeNull();
  });

  async function untilSomebodyWaits(): Promise<void> {
    for (;;) {
      const waiting = await world.owner.pool`
        select from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`;
      if (waiting.length > 0) return;
    }
  }

  it("the application's role can give a session neither another user nor a later limit", async () => {
    const { token } = await create();
    for (const change of ["user_id = user_id", "expires_at = now()", "created_at = now()", "merchant_id = ''"]) {
      const attempt = world.client.pool.unsafe(`update sessions set ${change} where token_hash = $1`, [sha256(token)]);
      await expect(attempt).rejects.toThrow("permission denied");
    }
  });
});
