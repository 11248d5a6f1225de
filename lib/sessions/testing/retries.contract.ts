import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import type { Transaction } from "@/db/transact";
import { newId } from "@/lib/ids/id";
import type { SessionStore } from "../session-store";
import type { Subject } from "./subject";

/** What every session store must do when the database undoes a transaction and it runs again. */
export function retriesContract(subject: Subject): void {
  making(subject);
  changing(subject);
}

/** Runs it twice: the first time the database undoes everything at the end, as for a deadlock. */
async function twice<T>(
  subject: Subject,
  work: (tx: Transaction, store: SessionStore) => Promise<T>,
  between?: () => Promise<unknown>,
): Promise<T> {
  let tries = 0;
  const result = await subject.change(async (tx, store) => {
    tries += 1;
    if (tries === 2) await between?.();
    const answer = await work(tx, store);
    if (tries === 1) await tx.execute(sql`do $$ begin raise exception 'a deadlock' using errcode = '40P01'; end $$`);
    return answer;
  });
  expect(tries).toBe(2);
  return result;
}

async function entriesOf({ test, user }: Subject): Promise<{ action: string; id: string }[]> {
  const rows = await test.world.owner.pool<{ action: string; id: string }[]>`
    select action, resource_id as id from audit_entries
     where merchant_id = ${user.merchantId} and resource_type = 'session' order by audit_entries.id`;
  return [...rows];
}

const actionsOf = async (subject: Subject) => (await entriesOf(subject)).map(({ action }) => action);

function making(subject: Subject): void {
  it("session.retried: a sign-in that runs again is one session, evicts one, and has its entries", async () => {
    const oldest = await subject.create();
    await subject.create();
    await subject.create();
    const { userId, merchantId } = subject.user;
    const from = { ip: null, userAgent: null, deviceId: null, method: "totp", replacesToken: null } as const;
    const made = await twice(subject, (tx, store) => store.create(tx, { userId, merchantId, ...from }));
    expect(await subject.test.store.resolve(made.token)).toMatchObject({ sessionId: made.sessionId });
    const listed = await subject.list();
    expect(listed.map(({ ended }) => ended?.reason ?? "live")).toEqual(["live", "live", "live", "evicted"]);
    expect(listed.at(-1)?.sessionId).toBe(oldest.sessionId);
    const all = await entriesOf(subject);
    expect(all.filter(({ action }) => action === "session.created").map(({ id }) => id)).toContain(made.sessionId);
    expect(all.filter(({ action }) => action === "session.ended")).toEqual([
      { action: "session.ended", id: oldest.sessionId },
    ]);
    expect(all).toHaveLength(5);
  });

  it("session.retried: two sessions made in one transaction that runs again are two", async () => {
    const { userId, merchantId } = subject.user;
    const from = { ip: null, userAgent: null, deviceId: null, method: "totp", replacesToken: null } as const;
    const [first, second] = await twice(subject, async (tx, store) => [
      await store.create(tx, { userId, merchantId, ...from }),
      await store.create(tx, { userId, merchantId, ...from }),
    ]);
    expect(first?.token).not.toBe(second?.token);
    expect((await subject.list()).map(({ sessionId }) => sessionId)).toEqual([second?.sessionId, first?.sessionId]);
    expect(await actionsOf(subject)).toEqual(["session.created", "session.created"]);
  });
}

function changing(subject: Subject): void {
  it("session.retried: an end that runs again is told and recorded as one", async () => {
    const { token, sessionId } = await subject.create();
    const { userId } = subject.user;
    expect(await twice(subject, (tx, store) => store.end(tx, { sessionId, userId }, "revoked", userId))).toBe(true);
    expect(await subject.isLive(token)).toBe(false);
    expect(await actionsOf(subject)).toEqual(["session.created", "session.ended"]);
  });

  it("session.retried: the attack is a sign-in between the two runs of what ends all sessions", async () => {
    await subject.create();
    const { userId } = subject.user;
    const how = { except: null, reason: "password_changed", endedBy: userId } as const;
    const ended = await twice(
      subject,
      (tx, store) => store.endAll(tx, userId, how),
      () => subject.create(),
    );
    expect(ended).toBe(2);
    expect((await subject.list()).map(({ ended: end }) => end?.reason)).toEqual([
      "password_changed",
      "password_changed",
    ]);
    expect((await actionsOf(subject)).toSorted()).toEqual([
      ...["session.created", "session.created"],
      ...["session.ended", "session.ended"],
    ]);
  });

  it("session.retried: a new token, an address, a hold and a release that run again are recorded once", async () => {
    const { sessionId, token } = await subject.create();
    const renewed = await twice(subject, (tx, store) => store.rotate(tx, sessionId));
    expect(await subject.isLive(token)).toBe(false);
    expect(await subject.isLive(renewed ?? "")).toBe(true);
    expect(await twice(subject, (tx, store) => store.moveTo(tx, sessionId, "198.51.100.9"))).toBe(true);
    expect(await twice(subject, (tx, store) => store.hold(tx, sessionId))).toBe(true);
    const there = { ip: "198.51.100.10", deviceId: newId("dev") };
    expect(await twice(subject, (tx, store) => store.release(tx, sessionId, there))).toBe(true);
    expect(await subject.test.store.resolve(renewed ?? "")).toMatchObject({ heldAt: null, ...there });
    const updates = Array.from({ length: 4 }, () => "session.updated");
    expect(await actionsOf(subject)).toEqual(["session.created", ...updates]);
  });

  it("session.retried: the end of what is overdue is recorded, though it was found by the run that was undone", async () => {
    const { token, sessionId } = await subject.create();
    await subject.test.age(token, 901, 0);
    await twice(subject, (tx, store) => store.endOverdue(tx));
    expect(await entriesOf(subject)).toContainEqual({ action: "session.ended", id: sessionId });
  });
}
