import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { connect, type DatabaseClient } from "@/db/client";
import { nowSeconds } from "@/db/now-seconds";
import { createTestDatabase, type TestDatabase } from "@/db/testing/test-database";
import { transact } from "@/db/transact";
import { deleteExpired } from "@/lib/background/sweep-store";
import { newId } from "@/lib/ids/id";
import { type Admit, admitOnPostgres, admitOnRedis } from "./admit-request";
import { postgresLimitStore, takeRateLimit } from "./postgres-limit-store";
import { describeLimitStore } from "./testing/limit-store.contract";
import { testLimits } from "./testing/test-limits";

let database: TestDatabase;
let owner: DatabaseClient;
/** As two servers have them. */
let servers: readonly [DatabaseClient, DatabaseClient];

beforeAll(async () => {
  database = await createTestDatabase();
  const open = (url: string) => connect(url, { poolSize: 20, statementTimeoutMs: 10_000 });
  servers = [open(database.appUrl), open(database.appUrl)];
  owner = open(database.ownerUrl);
  await owner.db.execute(sql`create table accepted_calls (subject text, at timestamptz)`);
  await owner.db.execute(sql`create function note_call() returns trigger language plpgsql security definer as $$
    begin insert into public.accepted_calls values (new.subject, new.at); return null; end $$`);
  await owner.db.execute(sql`create trigger note_call after insert on rate_limit_hits
    for each row execute function note_call()`);
});
afterAll(async () => {
  await Promise.all([...servers, owner].map((client) => client.close()));
  await database.drop();
});

const newSubject = () => `test:${newId("req")}`;

const take = (subject: string, limit: number, windowSeconds: number) =>
  takeRateLimit(servers[0].db, subject, { limit, windowSeconds });

async function hitsOf(subject: string): Promise<number[]> {
  const rows = await owner.db.execute<{ at: string }>(
    sql`select extract(epoch from at)::text as at from rate_limit_hits where subject = ${subject} order by number`,
  );
  return rows.map(({ at }) => Number(at));
}

async function age(subject: string, seconds: number): Promise<void> {
  const past = sql`make_interval(secs => ${seconds}::float8)`;
  await owner.db.execute(sql`update rate_limit_hits set at = at - ${past} where subject = ${subject}`);
  await owner.db.execute(sql`update rate_limit_subjects set last_at = last_at - ${past} where subject = ${subject}`);
}

describeLimitStore(() => ({
  runs: 30,
  stores: [postgresLimitStore(servers[0].db), postgresLimitStore(servers[1].db)],
  acceptedOf: async (subject) => {
    const rows = await owner.db.execute<{ at: string }>(
      sql`select extract(epoch from at)::text as at from accepted_calls where subject = ${subject} order by at`,
    );
    return rows.map(({ at }) => Number(at));
  },
  keptOf: hitsOf,
  now: () => nowSeconds(owner.db),
  age,
}));

describe("rate-limit in Postgres", () => {
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

  it("what a transaction took is given back when it fails", async () => {
    const subject = newSubject();
    const store = postgresLimitStore(servers[0].db);
    const quota = { limit: 1, windowSeconds: 60 };
    const failing = transact(servers[0], systemContext("test"), async (tx) => {
      expect((await store.take(subject, quota, tx)).allowed).toBe(true);
      throw new Error("undone");
    });
    await expect(failing).rejects.toThrow("undone");
    expect((await store.take(subject, quota)).allowed).toBe(true);
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

const other = { name: "other", quota: { limit: 1000, windowSeconds: 600 } } as const;

/** As a server admits requests, with the limits in either store: the nonce is spent in Postgres by both. */
const ADMITS: readonly (readonly [string, (client: DatabaseClient) => Admit])[] = [
  ["Postgres", ({ db }) => admitOnPostgres(db)],
  ["another store", ({ db }) => admitOnRedis(db, testLimits(db))],
];

describe.each(ADMITS)(
  "nonce.spent-once.concurrent: the attack is to send one signed request to two servers at the same moment; limits in %s",
  (_, admitOn) => {
    it("in 200 rounds it is admitted once, and counted once", async () => {
      const who = newId("mer");
      const apiKeyId = newId("key_test");
      for (let round = 0; round < 200; round += 1) {
        const request = { apiKeyId, nonce: `nonce-${String(round).padStart(10, "0")}`, policy: other, who };
        const admissions = await Promise.all(servers.map((client) => admitOn(client)(request)));
        expect(admissions.map(({ kind }) => kind).sort()).toEqual(["decided", "replayed"]);
      }
      expect(await hitsOf(`other:${who}`)).toHaveLength(200);
    });

    it("a nonce is one key's own", async () => {
      const [one, two] = [newId("key_test"), newId("key_test")];
      const admit = (apiKeyId: string) =>
        admitOn(servers[0])({ apiKeyId, nonce: "the-same-nonce-twice", policy: other, who: newId("mer") });
      const kinds = [(await admit(one)).kind, (await admit(two)).kind, (await admit(one)).kind];
      expect(kinds).toEqual(["decided", "decided", "replayed"]);
    });
  },
);

describe("nonce.kept", () => {
  it("is spent by a refused call too, and outlives a sweep for as long as its timestamp could be good", async () => {
    const policy = { name: "other", quota: { limit: 1, windowSeconds: 60 } } as const;
    const request = { apiKeyId: newId("key_test"), nonce: "spent-over-the-limit", policy, who: newId("mer") };
    await take(`other:${request.who}`, 1, 60);
    expect(await admitOnPostgres(servers[0].db)(request)).toMatchObject({ decision: { allowed: false } });
    await owner.db.execute(sql`update request_nonces set created_at = created_at - interval '650 seconds'`);
    await deleteExpired(servers[0].db);
    expect(await admitOnPostgres(servers[1].db)(request)).toEqual({ kind: "replayed" });
  });
});
