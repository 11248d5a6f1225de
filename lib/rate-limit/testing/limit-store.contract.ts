import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import type { LimitDecision, LimitStore } from "../limit-store";

/** A store as two servers have it, and what only its tests can do. */
export type LimitWorld = Readonly<{
  /** How many clients come at random at the same time. */
  runs: number;
  stores: readonly [LimitStore, LimitStore];
  /** When calls of a subject were accepted since the beginning, in seconds, as the store's own clock wrote them. */
  acceptedOf: (subject: string) => Promise<number[]>;
  /** When the calls of a subject were that are kept, oldest first, in seconds. */
  keptOf: (subject: string) => Promise<number[]>;
  /** The store's clock, in seconds. */
  now: () => Promise<number>;
  /** Moves everything a subject did into the past, as the passing of time does. */
  age: (subject: string, seconds: number) => Promise<void>;
}>;

const newSubject = () => `test:${newId("req")}`;

/** The most calls that any window holds; each window that matters begins with a call. */
function fullest(times: readonly number[], windowSeconds: number): number {
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + windowSeconds).length));
}

/**
 * Asks for a call that is refused, and gives how long it was told to wait: the whole seconds, rounded up, from the moment of the
 * decision (which is between two looks at the clock) to that at which the call that is in its way leaves the window.
 */
async function refusedFor({ stores, now, keptOf }: LimitWorld, subject: string, limit: number): Promise<number> {
  const before = await now();
  const { allowed, retryAfterSeconds } = await stores[0].take(subject, { limit, windowSeconds: 60 });
  const after = await now();
  expect(allowed).toBe(false);
  const leaves = ((await keptOf(subject)).at(-limit) ?? Number.NaN) + 60;
  expect(retryAfterSeconds).toBeGreaterThanOrEqual(Math.ceil(leaves - after));
  expect(retryAfterSeconds).toBeLessThanOrEqual(Math.ceil(leaves - before));
  return retryAfterSeconds;
}

/** What every store of limits keeps to. */
export function describeLimitStore(world: () => LimitWorld): void {
  const call: Call = {
    take: (subject, limit, windowSeconds, server = 0) => world().stores[server].take(subject, { limit, windowSeconds }),
    age: (subject, seconds) => world().age(subject, seconds),
  };
  describeBursts(world, call);
  describeSubjects(world, call);
  describeRefusals(world, call);
  describeRetryAfter(world, call);
}

type Call = Readonly<{
  take: (subject: string, limit: number, windowSeconds: number, server?: 0 | 1) => Promise<LimitDecision>;
  age: LimitWorld["age"];
}>;

function describeBursts(world: () => LimitWorld, { take, age }: Call): void {
  describe("rate-limit.exact: the attack is to time bursts around the edge of a window", () => {
    it("no window of any random arrival from two servers holds more than the limit", async () => {
      const arrivals = fc.array(fc.record({ pauseMs: fc.nat({ max: 260 }), burst: fc.integer({ min: 1, max: 6 }) }), {
        minLength: 10,
        maxLength: 16,
      });
      const runs = fc.sample(fc.record({ arrivals, limit: fc.integer({ min: 1, max: 5 }) }), world().runs);
      const outcomes = runs.map(async (run) => {
        const subject = newSubject();
        const calls: Promise<LimitDecision>[] = [];
        for (const { pauseMs, burst } of run.arrivals) {
          await sleep(pauseMs);
          for (let index = 0; index < burst; index += 1) {
            calls.push(take(subject, run.limit, 1, index % 2 === 0 ? 0 : 1));
          }
        }
        const passed = (await Promise.all(calls)).filter(({ allowed }) => allowed);
        const times = await world().acceptedOf(subject);
        expect(times).toHaveLength(passed.length);
        const most = fullest(times, 1);
        expect(most, JSON.stringify(run)).toBeLessThanOrEqual(run.limit);
        return most === run.limit;
      });
      // Some of them must have come up against their limit, or nothing was tried.
      expect((await Promise.all(outcomes)).filter(Boolean).length).toBeGreaterThan(world().runs / 3);
    });

    it("of 150 payments in a burst on two servers exactly 100 are accepted, and Retry-After is true to the second", async () => {
      const subject = newSubject();
      const decisions = await Promise.all(
        Array.from({ length: 150 }, (_, index) => take(subject, 100, 60, index % 2 === 0 ? 0 : 1)),
      );
      const passed = decisions.filter(({ allowed }) => allowed).map(({ remaining }) => remaining);
      expect(passed.sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
      const refused = decisions.filter(({ allowed }) => !allowed);
      expect(refused.map(({ remaining }) => remaining)).toEqual(Array(50).fill(0));
      expect(await world().keptOf(subject)).toHaveLength(100);
      await age(subject, await refusedFor(world(), subject, 100));
      expect((await take(subject, 100, 60)).allowed).toBe(true);
    });
  });
}

function describeSubjects(world: () => LimitWorld, { take, age }: Call): void {
  describe("rate-limit.exact: each subject, whatever its clock does", () => {
    it("keeps no more calls of a subject than its limit", async () => {
      const subject = newSubject();
      for (let index = 0; index < 20; index += 1) {
        await take(subject, 5, 60);
        await age(subject, 13);
      }
      expect((await world().keptOf(subject)).length).toBeLessThanOrEqual(5);
    });

    it("a clock that was set back lets nobody in twice", async () => {
      const subject = newSubject();
      expect((await take(subject, 2, 60)).allowed).toBe(true);
      await age(subject, -600);
      expect((await take(subject, 2, 60)).allowed).toBe(true);
      expect(await take(subject, 2, 60)).toMatchObject({ allowed: false, retryAfterSeconds: 60 });
    });

    it("subjects have quotas of their own", async () => {
      const [one, two] = [newSubject(), newSubject()];
      expect((await take(one, 1, 60)).allowed).toBe(true);
      expect((await take(two, 1, 60)).allowed).toBe(true);
      expect((await take(one, 1, 60)).allowed).toBe(false);
    });
  });
}

function describeRefusals(world: () => LimitWorld, { take, age }: Call): void {
  describe("rate-limit.refused-do-not-count: the attack is on a busy client, kept out by its own retries", () => {
    it("a client that never stops asking gets in the moment there is room", async () => {
      const subject = newSubject();
      for (let index = 0; index < 3; index += 1) expect((await take(subject, 3, 60)).allowed).toBe(true);
      await age(subject, 45);
      for (let index = 0; index < 40; index += 1) expect((await take(subject, 3, 60)).allowed).toBe(false);
      expect(await world().keptOf(subject)).toHaveLength(3);
      await age(subject, 15);
      expect((await take(subject, 3, 60)).allowed).toBe(true);
    });
  });
}

function describeRetryAfter(world: () => LimitWorld, { take, age }: Call): void {
  describe("rate-limit.retry-after-is-true", () => {
    it("to the second: whoever waits exactly so long gets in, and less would be too early", async () => {
      const property = fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 6 }),
        async (gapsMs) => {
          const subject = newSubject();
          const limit = gapsMs.length;
          for (const gapMs of gapsMs) {
            await age(subject, gapMs / 1000);
            await take(subject, limit, 60);
          }
          await age(subject, await refusedFor(world(), subject, limit));
          expect((await take(subject, limit, 60)).allowed).toBe(true);
        },
      );
      await fc.assert(property, { numRuns: 15 });
    });

    it("in real time too", async () => {
      const subject = newSubject();
      await take(subject, 1, 2);
      await sleep(700);
      const { retryAfterSeconds } = await take(subject, 1, 2);
      await sleep(retryAfterSeconds * 1000);
      expect((await take(subject, 1, 2)).allowed).toBe(true);
    });

    it("is 0 for a call that passed, and the reset is when the oldest call leaves", async () => {
      const subject = newSubject();
      const decision = (allowed: boolean, remaining: number, resetSeconds: number, retryAfterSeconds: number) => ({
        ...{ allowed, remaining, resetSeconds, retryAfterSeconds },
      });
      expect(await take(subject, 2, 60)).toEqual(decision(true, 1, 60, 0));
      await age(subject, 20);
      expect(await take(subject, 2, 60)).toEqual(decision(true, 0, 40, 0));
      await age(subject, 10);
      expect(await take(subject, 2, 60)).toEqual(decision(false, 0, 30, 30));
    });

    it("is true after the limit was lowered: it waits for as many as must leave", async () => {
      const subject = newSubject();
      for (let index = 0; index < 5; index += 1) {
        await take(subject, 5, 60);
        await age(subject, 5);
      }
      // Made 25, 20, 15, 10 and 5 s ago. At limit 2 four must leave; the fourth was 10 s ago.
      expect(await take(subject, 2, 60)).toMatchObject({ allowed: false, remaining: 0, retryAfterSeconds: 50 });
      await age(subject, 50);
      expect(await take(subject, 2, 60)).toMatchObject({ allowed: true, remaining: 0 });
    });

    it("a raised limit counts at once", async () => {
      const subject = newSubject();
      for (let index = 0; index < 2; index += 1) await take(subject, 2, 60);
      expect((await take(subject, 2, 60)).allowed).toBe(false);
      expect(await take(subject, 5, 60)).toMatchObject({ allowed: true, remaining: 2 });
    });
  });
}
