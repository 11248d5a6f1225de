import { expect, it, vi } from "vitest";
import type { Subject } from "./subject";

/** Runs as a server whose own clock is that far off. Only `Date` is moved: it is what such a server would be misled by. */
async function withClockOff<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}

/** Servers whose clocks differ must agree on every session: the store's clock is the only one. */
export function clocksContract(subject: Subject): void {
  it("session.clocks-apart: the attack is to go to the server whose clock is 400 s behind", async () => {
    const { token } = await subject.create();
    await subject.test.age(token, 600, 600);
    // Ahead: 600 + 400 s would be past the idle limit.
    expect(await withClockOff(400, () => subject.isLive(token))).toBe(true);
    await subject.test.age(token, 901, 901);
    // Behind: 901 - 400 s would be within it.
    for (const off of [-400, 0, 400]) expect(await withClockOff(off, () => subject.isLive(token))).toBe(false);
  });

  it("session.clock-steps-back: the attack is to come back after a server's clock went back ten minutes", async () => {
    const [idle, old] = [await subject.create(), await subject.create()];
    await subject.test.age(idle.token, 901, 901);
    await subject.test.age(old.token, 0, 43_201);
    await withClockOff(-600, async () => {
      expect([await subject.isLive(idle.token), await subject.isLive(old.token)]).toEqual([false, false]);
      expect(await subject.rotate(idle.sessionId)).toBeNull();
      expect((await subject.list()).every(({ ended }) => ended !== null)).toBe(true);
    });
  });

  it("session.clocks-evict: the attack is to sign in where the clock is behind, so that one's session seems the oldest", async () => {
    const created = [];
    for (const off of [400, 0, -400, -400]) created.push(await withClockOff(off, () => subject.create()));
    const live = await Promise.all(created.map(({ token }) => subject.isLive(token)));
    expect(live).toEqual([false, true, true, true]);
  });
}
