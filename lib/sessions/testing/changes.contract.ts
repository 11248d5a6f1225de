import { expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { transact } from "@/db/transact";
import { newId } from "@/lib/ids/id";
import { FROM, type Subject } from "./subject";

/** What every session store must do when a session changes, and what it tells of it afterwards. */
export function changesContract(subject: Subject): void {
  endingMany(subject);
  rotating(subject);
  moving(subject);
  telling(subject);
}

function endingMany(subject: Subject): void {
  it("session.of-their-own: the attack is to end a session by the id of somebody else's", async () => {
    const { sessionId, token } = await subject.create();
    const owner = subject.user.userId;
    await subject.nextUser();
    expect(await subject.end({ sessionId, userId: subject.user.userId })).toBe(false);
    expect(await subject.isLive(token)).toBe(true);
    expect(await subject.end({ sessionId, userId: owner })).toBe(true);
  });

  it("ends all of a user's but one, and nobody else's", async () => {
    const other = await subject.create();
    await subject.nextUser();
    const [first, kept, last] = [await subject.create(), await subject.create(), await subject.create()];
    expect(await subject.endOthers(kept.sessionId)).toBe(2);
    const live = await Promise.all([first, kept, last, other].map(({ token }) => subject.isLive(token)));
    expect(live).toEqual([false, true, false, true]);
    expect(await subject.endOthers(null)).toBe(1);
    expect(await subject.endOthers(null)).toBe(0);
  });

  it("session.end-all-vs-sign-in: the attack is a sign-in that slips through while all sessions end", async () => {
    for (let round = 0; round < 10; round += 1) {
      const [created] = await Promise.all([subject.create(), subject.endOthers(null)]);
      const [newest] = await subject.list();
      expect(newest?.sessionId).toBe(created.sessionId);
      // Wholly before, and then it is among the ended; or wholly after, and then it lives.
      expect(await subject.isLive(created.token)).toBe(newest?.ended === null);
      await subject.endOthers(null);
    }
  });
}

function rotating(subject: Subject): void {
  it("session.rotate-kills-old: the attack is to go on with the token from before a new proof", async () => {
    const { token, sessionId } = await subject.create();
    const fresh = await subject.rotate(sessionId);
    expect(fresh).not.toBe(token);
    expect(await subject.isLive(token)).toBe(false);
    expect(await subject.test.store.resolve(fresh ?? "")).toMatchObject({ sessionId });
    expect(await subject.end({ token })).toBe(false);
  });

  it("session.rotate-vs-sign-out: the attack is a new token for a session that is being signed out", async () => {
    for (let round = 0; round < 20; round += 1) {
      const { token, sessionId } = await subject.create();
      const [rotated] = await Promise.all([subject.rotate(sessionId), subject.end({ sessionId })]);
      const live = await Promise.all([token, rotated ?? token].map((each) => subject.isLive(each)));
      expect(live).toEqual([false, false]);
      expect(await subject.rotate(sessionId)).toBeNull();
    }
  });

  it("gives none to a session that a limit has ended", async () => {
    const { token, sessionId } = await subject.create();
    await subject.test.age(token, 901, 901);
    expect(await subject.rotate(sessionId)).toBeNull();
  });
}

function moving(subject: Subject): void {
  it("is held once, moves nowhere while it is, and goes on where it is released", async () => {
    const { token, sessionId } = await subject.create();
    const hold = () => subject.change((tx, store) => store.hold(tx, sessionId));
    expect([await hold(), await hold()]).toEqual([true, false]);
    expect((await subject.test.store.resolve(token))?.heldAt).toBeInstanceOf(Date);
    expect(await subject.change((tx, store) => store.moveTo(tx, sessionId, "198.51.100.3"))).toBe(false);
    expect(await subject.test.store.resolve(token)).toMatchObject({ ip: FROM.ip });
    expect(await subject.test.store.resolve(token)).toMatchObject({ deviceId: FROM.deviceId });
    const there = { ip: "198.51.100.4", deviceId: newId("dev") };
    expect(await subject.change((tx, store) => store.release(tx, sessionId, there))).toBe(true);
    expect(await subject.test.store.resolve(token)).toMatchObject({ heldAt: null, ...there });
    expect(await subject.change((tx, store) => store.moveTo(tx, sessionId, "198.51.100.5"))).toBe(true);
    expect(await subject.test.store.resolve(token)).toMatchObject({ ...there, ip: "198.51.100.5" });
  });

  it("one that has ended neither moves nor is held", async () => {
    const { sessionId } = await subject.create();
    await subject.end({ sessionId });
    expect(await subject.change((tx, store) => store.moveTo(tx, sessionId, "198.51.100.4"))).toBe(false);
    expect(await subject.change((tx, store) => store.hold(tx, sessionId))).toBe(false);
  });
}

function telling(subject: Subject): void {
  it("lists a user's sessions, live ones first, with why, when and by whom the others ended", async () => {
    const [signedOut, idle] = [await subject.create(), await subject.create()];
    await subject.end({ sessionId: signedOut.sessionId });
    await subject.test.age(idle.token, 1000, 1000);
    const [older, newer] = [await subject.create(), await subject.create()];
    const listed = await subject.list();
    expect(listed.slice(0, 2).map(({ sessionId, ended }) => [sessionId, ended])).toEqual([
      [newer.sessionId, null],
      [older.sessionId, null],
    ]);
    expect(listed[0]).toMatchObject(FROM);
    const ended = new Map(listed.slice(2).map((record) => [record.sessionId, record]));
    expect(ended.get(signedOut.sessionId)?.ended).toMatchObject({ reason: "signed_out", by: subject.user.userId });
    const idleRecord = ended.get(idle.sessionId);
    expect(idleRecord?.ended).toMatchObject({ reason: "idle", by: null });
    // It ended when its time was up, and not when somebody noticed.
    expect((idleRecord?.ended?.at.getTime() ?? 0) - (idleRecord?.lastSeenAt.getTime() ?? 0)).toBe(900_000);
  });

  it("tells the truth about a limit before the sweep, and the sweep writes the same", async () => {
    const [idle, old] = [await subject.create(), await subject.create()];
    await subject.test.age(idle.token, 901, 901);
    await subject.test.age(old.token, 0, 43_201);
    const reasons = async () => {
      const listed = await subject.list();
      return new Map(listed.map(({ sessionId, ended }) => [sessionId, ended && [ended.reason, ended.at.getTime()]]));
    };
    const before = await reasons();
    expect([before.get(idle.sessionId)?.[0], before.get(old.sessionId)?.[0]]).toEqual(["idle", "absolute"]);
    expect(await subject.test.endedReason(idle.token)).toBeNull();
    const sweep = () =>
      transact(subject.test.world.client, systemContext("test-sweep"), (tx) => subject.test.store.endOverdue(tx));
    expect(await sweep()).toBeGreaterThanOrEqual(2);
    expect(await subject.test.endedReason(idle.token)).toBe("idle");
    expect(await reasons()).toEqual(before);
    expect(await sweep()).toBe(0);
  });

  it("a dead token still says which session it was and why it is dead; one that names none says nothing", async () => {
    const { token, sessionId } = await subject.create();
    const { findNamed } = subject.test.store;
    const { userId, merchantId } = subject.user;
    const named = { sessionId, userId, merchantId };
    expect(await findNamed(token)).toEqual({ ...named, state: "live" });
    await subject.end({ token });
    expect(await findNamed(token)).toEqual({ ...named, state: "signed_out" });
    expect(await findNamed("A".repeat(43))).toBeNull();
    const idle = await subject.create();
    await subject.test.age(idle.token, 901, 901);
    expect(await findNamed(idle.token)).toMatchObject({ state: "idle" });
  });

  it("session.rotated-is-recognised: the token before the present one is known, opens nothing, and no older one is kept", async () => {
    const { token: first, sessionId } = await subject.create();
    const { findNamed } = subject.test.store;
    // Used, as a browser's is: a session that nobody has used yet is gone after two minutes.
    expect(await subject.isLive(first)).toBe(true);
    const second = (await subject.rotate(sessionId)) ?? "";
    expect(await findNamed(first)).toMatchObject({ sessionId, state: "rotated" });
    expect(await subject.isLive(first)).toBe(false);
    expect(await subject.end({ token: first })).toBe(false);
    const third = (await subject.rotate(sessionId)) ?? "";
    expect(await findNamed(first)).toBeNull();
    expect(await findNamed(second)).toMatchObject({ sessionId, state: "rotated" });
    expect(await subject.isLive(third)).toBe(true);
    await subject.end({ token: third });
    expect(await findNamed(second)).toMatchObject({ sessionId, state: "rotated" });
  });
}
