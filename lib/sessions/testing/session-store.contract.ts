import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseId } from "@/lib/ids/id";
import { changesContract } from "./changes.contract";
import { clocksContract } from "./clocks.contract";
import { retriesContract } from "./retries.contract";
import { FROM, type StoreUnderTest, Subject } from "./subject";

/** What every session store must do. Runs against a store with the limits of `TEST_LIMITS`. */
export function sessionStoreContract(name: string, setUp: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    const subject = new Subject();
    beforeAll(async () => {
      subject.use(await setUp());
    });
    afterAll(() => subject.test.world.close());
    beforeEach(() => subject.nextUser());
    resolving(subject);
    limiting(subject);
    ending(subject);
    changesContract(subject);
    clocksContract(subject);
    retriesContract(subject);
  });
}

function resolving(subject: Subject): void {
  it("a session resolves to its user and merchant; its token is 32 random bytes", async () => {
    const { token, sessionId } = await subject.create();
    const { user, test } = subject;
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect(parseId("ses", sessionId)).toBe(sessionId);
    expect(await test.store.resolve(token)).toMatchObject({
      sessionId,
      user: { id: user.userId, email: user.email, role: "owner" },
      merchant: { id: user.merchantId, country: "IN", ipPolicy: "log" },
      ip: FROM.ip,
      method: "totp",
      heldAt: null,
    });
  });

  it.each(["", "x", "A".repeat(43), "' or true --", "é".repeat(43)])("%j resolves to nobody", async (token) => {
    expect(await subject.isLive(token)).toBe(false);
  });
}

function limiting(subject: Subject): void {
  it("session.idle-and-absolute: the attack is to come back to a browser that was left, or to keep a session for ever", async () => {
    const { token } = await subject.create();
    await subject.test.age(token, 890, 0);
    expect(await subject.isLive(token)).toBe(true);
    // That use began the idle limit anew: without it this would be 1780 s.
    await subject.test.age(token, 890, 0);
    expect(await subject.isLive(token)).toBe(true);
    await subject.test.age(token, 901, 0);
    expect(await subject.isLive(token)).toBe(false);
    // A refusal revives nothing.
    expect(await subject.isLive(token)).toBe(false);

    const used = await subject.create();
    await subject.test.age(used.token, 10, 43_190);
    expect(await subject.isLive(used.token)).toBe(true);
    await subject.test.age(used.token, 0, 20);
    expect(await subject.isLive(used.token)).toBe(false);
  });

  it("session.max-three.concurrent: the attack is twenty sign-ins at once, all of them the newest", async () => {
    const created = await Promise.all(Array.from({ length: 20 }, () => subject.create()));
    const listed = await subject.list();
    const ids = (live: boolean) => listed.filter(({ ended }) => (ended === null) === live);
    expect([ids(true).length, ids(false).length]).toEqual([3, 17]);
    const times = (live: boolean) => ids(live).map(({ createdAt }) => createdAt.getTime());
    expect(Math.min(...times(true))).toBeGreaterThanOrEqual(Math.max(...times(false)));
    expect(ids(false).map(({ ended }) => ended?.reason)).toEqual(Array.from({ length: 17 }, () => "evicted"));
    const newest = new Set(ids(true).map(({ sessionId }) => sessionId));
    for (const { token, sessionId } of created) expect(await subject.isLive(token)).toBe(newest.has(sessionId));
  });

  it("another user's sessions are not in the count", async () => {
    const mine = await subject.create();
    await subject.nextUser();
    for (let round = 0; round < 4; round += 1) await subject.create();
    expect(await subject.isLive(mine.token)).toBe(true);
  });

  it("a session that a limit has ended makes room under its own reason, and no live one goes for it", async () => {
    const [idle, old, live] = [await subject.create(), await subject.create(), await subject.create()];
    await subject.test.age(idle.token, 901, 901);
    await subject.test.age(old.token, 0, 43_201);
    await subject.create();
    expect(await subject.test.endedReason(idle.token)).toBe("idle");
    expect(await subject.test.endedReason(old.token)).toBe("absolute");
    expect(await subject.isLive(live.token)).toBe(true);
  });
}

function ending(subject: Subject): void {
  it("ends by token or by id, once", async () => {
    const [first, second] = [await subject.create(), await subject.create()];
    expect(await subject.end({ token: first.token })).toBe(true);
    expect(await subject.end({ sessionId: second.sessionId })).toBe(true);
    expect(await subject.end({ token: first.token })).toBe(false);
    expect(await subject.test.endedReason(first.token)).toBe("signed_out");
    expect([await subject.isLive(first.token), await subject.isLive(second.token)]).toEqual([false, false]);
  });

  it("session.new-at-sign-in.another: the attack is to go on with a session that somebody else signed in over", async () => {
    const [theirs, elsewhere] = [await subject.create(), await subject.create()];
    const { userId } = subject.user;
    await subject.nextUser();
    const mine = await subject.create(theirs.token);
    expect(await subject.isLive(theirs.token)).toBe(false);
    expect(await subject.test.endedReason(theirs.token)).toBe("replaced");
    expect([await subject.isLive(elsewhere.token), await subject.isLive(mine.token)]).toEqual([true, true]);
    const ended = (await subject.test.store.list(userId)).map((record) => record.ended?.reason ?? null);
    expect(ended).toEqual([null, "replaced"]);
  });

  it("session.new-at-sign-in: the attack is to use the token that a browser had before its user signed in again", async () => {
    const [kept, before] = [await subject.create(), await subject.create()];
    await subject.create(before.token);
    await subject.create();
    expect(await subject.test.endedReason(before.token)).toBe("replaced");
    expect(await subject.isLive(kept.token)).toBe(true);
  });

  it("session.logout-vs-refresh: the attack is to keep a session alive by refreshing it while its owner signs out", async () => {
    for (let round = 0; round < 20; round += 1) {
      const { token } = await subject.create();
      await subject.test.age(token, 100, 0);
      const refresh = () => Array.from({ length: 4 }, () => subject.isLive(token));
      await Promise.all([...refresh(), subject.end({ token }), ...refresh()]);
      expect(await subject.isLive(token)).toBe(false);
      expect(await subject.test.endedReason(token)).toBe("signed_out");
    }
  });
}
