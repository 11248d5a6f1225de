import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type DatabaseClient } from "@/db/client";
import { createTestDatabase, type TestDatabase } from "@/db/testing/test-database";
import { deleteExpired } from "@/lib/background/sweep-store";
import { newId } from "@/lib/ids/id";
import { admitRequest, takeRateLimit } from "./take-rate-limit";

let database: TestDatabase;
let owner: DatabaseClient;
/** As two servers have them. */
let servers: readonly [DatabaseClient, DatabaseClient];

beforeAll(async () => {
  database = await createTestDatabase();
  const open = (url: string) => connect(url, { poolSize: 20, statementTimeoutMs: 10_000 });
  servers = [open(database.appUrl), open(database.appUrl)];
  owner = open(database.ownerUrl);
});
afterAll(async () => {
  await Promise.all([...servers, owner].map((client) => client.close()));
  await database.drop();
});

const newSubject = () => `test:${newId("req")}`;

const take = (subject: string, limit: number, windowSeconds: number, server: 0 | 1 = 0) =>
  takeRateLimit(servers[server].db, subject, { limit, windowSeconds });

/** When the accepted calls were, in seconds, as the database's own clock wrote them. */
async function hitsOf(subject: string): Promise<number[]> {
  const rows = await owner.db.execute<{ at: string }>(
    sql`select extract(epoch from at)::text as at from rate_limit_hits where subject = ${subject} order by number`,
  );
  return rows.map(({ at }) => Number(at));
}

/** Moves everything a subject did into the past, as the passing of time does. */
async function age(subject: string, seconds: number): Promise<void> {
  const past = sql`make_interval(secs => ${seconds}::float8)`;
  await owner.db.execute(sql`update rate_limit_hits set at = at - ${past} where subject = ${subject}`);
  await owner.db.execute(sql`update rate_limit_subjects set last_at = last_at - ${past} where subject = ${subject}`);
}

/** The most calls that any window holds; each window that matters begins with a call. */
function fullest(times: readonly number[], windowSeconds: number): number {
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + windowSeconds).length));
}

describe("rate-limit.exact: the attack is to time bursts around the edge of a window", () => {
  it("no window of any random arrival from two servers holds more than the limit", async () => {
    await owner.db.execute(sql`create table accepted_calls (subject text, at timestamptz)`);
    await owner.db.execute(sql`create function note_call() returns trigger language plpgsql security definer as $$
      begin insert into public.accepted_calls values (new.subject, new.at); return null; end $$`);
    await owner.db.execute(sql`create trigger note_call after insert on rate_limit_hits
      for each row execute function note_call()`);
    const arrivals = fc.array(fc.record({ pauseMs: fc.nat({ max: 260 }), burst: fc.integer({ min: 1, max: 6 }) }), {
      minLength: 10,
      maxLength: 16,
    });
    const runs = fc.sample(fc.record({ arrivals, limit: fc.integer({ min: 1, max: 5 }) }), 30);
    const outcomes = runs.map(async (run) => {
      const subject = newSubject();
      const calls: ReturnType<typeof take>[] = [];
      for (const { pauseMs, burst } of run.arrivals) {
        await sleep(pauseMs);
        for (let index = 0; index < burst; index += 1) {
          calls.push(take(subject, run.limit, 1, index % 2 === 0 ? 0 : 1));
        }
      }
      const passed = (await Promise.all(calls)).filter(({ allowed }) => allowed);
      const rows = await owner.db.execute<{ at: string }>(
        sql`select extract(epoch from at)::text as at from accepted_calls where subject = ${subject} order by at`,
      );
      expect(rows).toHaveLength(passed.length);
      const most = fullest(
        rows.map(({ at }) => Number(at)),
        1,
      );
      expect(most, JSON.stringify(run)).toBeLessThanOrEqual(run.limit);
      return most === run.limit;
    });
    // Some of them must have come up against their limit, or nothing was tried.
    expect((await Promise.all(outcomes)).filter(Boolean).length).toBeGreaterThan(10);
  });

  it("of 50 calls at once at limit 10, exactly 10 pass, and they are told 9 to 0 remaining", async () => {
    for (let round = 0; round < 5; round += 1) {
      const subject = newSubject();
      const decisions = await Promise.all(
        Array.from({ length: 50 }, (_, index) => take(subject, 10, 60, index % 2 === 0 ? 0 : 1)),
      );
      const passed = decisions.filter(({ allowed }) => allowed);
      expect(passed.map(({ remaining }) => remaining).sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
      expect(decisions.filter(({ allowed }) => !allowed).map(({ remaining }) => remaining)).toEqual(Array(40).fill(0));
      expect(await hitsOf(subject)).toHaveLength(10);
    }
  });

  it("a call just inside the window still counts, and one that has just left it does not", async () => {
    const subject = newSubject();
    await take(subject, 1, 60);
    // To the microsecond, at moments that are given and not waited for.
    const countedAfter = async (elapsed: string) => {
      const [row] = await owner.db.execute<{ counted: boolean }>(sql`
        select w.oldest_number is not null as counted
          from rate_limit_hits as h, rate_limit_window(h.subject, 60, h.at + ${elapsed}::interval) as w
         where h.subject = ${subject}`);
      return row?.counted;
    };
    expect(await countedAfter("59.999999 seconds")).toBe(true);
    expect(await countedAfter("60 seconds")).toBe(false);
    // Seconds to spare, for a machine that is busy.
    await age(subject, 54);
    const refused = await take(subject, 1, 60);
    expect(refused.allowed).toBe(false);
    expect(refused.retryAfterSeconds).toBeGreaterThan(0);
    expect(refused.retryAfterSeconds).toBeLessThanOrEqual(6);
    await age(subject, 6);
    expect((await take(subject, 1, 60)).allowed).toBe(true);
  });

  it("keeps no more rows of a subject than its limit", async () => {
    const subject = newSubject();
    for (let index = 0; index < 20; index += 1) {
      await take(subject, 5, 60);
      await age(subject, 13);
    }
    expect((await hitsOf(subject)).length).toBeLessThanOrEqual(5);
  });
});

describe("rate-limit.refused-do-not-count: the attack is on a busy client, kept out by its own retries", () => {
  it("a client that never stops asking gets in the moment there is room", async () => {
    const subject = newSubject();
    for (let index = 0; index < 3; index += 1) expect((await take(subject, 3, 60)).allowed).toBe(true);
    await age(subject, 45);
    for (let index = 0; index < 40; index += 1) expect((await take(subject, 3, 60)).allowed).toBe(false);
    expect(await hitsOf(subject)).toHaveLength(3);
    await age(subject, 15);
    expect((await take(subject, 3, 60)).allowed).toBe(true);
  });
});

describe("rate-limit.retry-after-is-true", () => {
  it("whoever waits exactly so long gets in, and nobody much earlier", async () => {
    const property = fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 6 }),
      async (gapsMs) => {
        const subject = newSubject();
        const limit = gapsMs.length;
        for (const gapMs of gapsMs) {
          await age(subject, gapMs / 1000);
          await take(subject, limit, 60);
        }
        const { allowed, retryAfterSeconds } = await take(subject, limit, 60);
        expect(allowed).toBe(false);
        await age(subject, retryAfterSeconds - 1.05);
        expect((await take(subject, limit, 60)).allowed).toBe(false);
        await age(subject, 1.05);
        expect((await take(subject, limit, 60)).allowed).toBe(true);
      },
    );
    await fc.assert(property, { numRuns: 25 });
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
    expect(await take(subject, 2, 60)).toEqual({ allowed: true, remaining: 1, resetSeconds: 60, retryAfterSeconds: 0 });
    await age(subject, 20);
    expect(await take(subject, 2, 60)).toEqual({ allowed: true, remaining: 0, resetSeconds: 40, retryAfterSeconds: 0 });
    await age(subject, 10);
    expect(await take(subject, 2, 60)).toEqual({
      allowed: false,
      remaining: 0,
      resetSeconds: 30,
      retryAfterSeconds: 30,
    });
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

describe("rate-limit.sweep", () => {
  it("what the sweep leaves of a forgotten subject never stops it from coming back", async () => {
    const subject = newSubject();
    await take(subject, 3, 60);
    await age(subject, 30 * 86_400);
    await deleteExpired(servers[0].db);
    expect(await hitsOf(subject)).toEqual([]);
    expect(await take(subject, 3, 60)).toMatchObject({ allowed: true, remaining: 2 });
  });

  it("deletes a subject and its calls in one commit: alone, old calls would collide with new ones", async () => {
    const subject = newSubject();
    await take(subject, 3, 60);
    // The subject comes of age between two statements of a sweep, if there are two.
    await owner.db.execute(sql`create function come_of_age() returns trigger language plpgsql as $$
      begin
        update rate_limit_subjects set last_at = now() - interval '99 days' where subject like 'test:%';
        return null;
      end $$`);
    await owner.db.execute(sql`create trigger come_of_age after delete on rate_limit_hits
      for each statement execute function come_of_age()`);
    try {
      await deleteExpired(owner.db);
      await deleteExpired(owner.db);
    } finally {
      await owner.db.execute(sql`drop function come_of_age() cascade`);
    }
    expect((await take(subject, 3, 60)).allowed).toBe(true);
  });
});

describe("nonce.spent-once.concurrent: the attack is to send one signed request to two servers at the same moment", () => {
  it("in 200 rounds it is admitted once, and counted once", async () => {
    const subject = newSubject();
    const apiKeyId = newId("key_test");
    const quota = { limit: 1000, windowSeconds: 600 };
    for (let round = 0; round < 200; round += 1) {
      const request = { apiKeyId, nonce: `nonce-${String(round).padStart(10, "0")}`, subject, quota };
      const admissions = await Promise.all(servers.map(({ db }) => admitRequest(db, request)));
      expect(admissions.map(({ kind }) => kind).sort()).toEqual(["decided", "replayed"]);
    }
    expect(await hitsOf(subject)).toHaveLength(200);
  });

  it("a nonce is one key's own", async () => {
    const [one, two] = [newId("key_test"), newId("key_test")];
    const admit = (apiKeyId: string) =>
      admitRequest(servers[0].db, {
        apiKeyId,
        nonce: "the-same-nonce-twice",
        subject: newSubject(),
        quota: { limit: 5, windowSeconds: 60 },
      });
    expect([(await admit(one)).kind, (await admit(two)).kind, (await admit(one)).kind]).toEqual([
      "decided",
      "decided",
      "replayed",
    ]);
  });

  it("is spent by a refused call too, and outlives a sweep for as long as its timestamp could be good", async () => {
    const request = {
      apiKeyId: newId("key_test"),
      nonce: "spent-over-the-limit",
      subject: newSubject(),
      quota: { limit: 1, windowSeconds: 60 },
    };
    await take(request.subject, 1, 60);
    expect(await admitRequest(servers[0].db, request)).toMatchObject({ decision: { allowed: false } });
    await owner.db.execute(sql`update request_nonces set created_at = created_at - interval '650 seconds'`);
    await deleteExpired(servers[0].db);
    expect(await admitRequest(servers[1].db, request)).toEqual({ kind: "replayed" });
  });
});
