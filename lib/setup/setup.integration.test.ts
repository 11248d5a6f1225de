import { eq, sql } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { connect } from "@/db/client";
import { auditEntries, merchants, pendingSetups, recoveryCodes, sessions, totpFactors, users } from "@/db/schema";
import { databaseErrorCode, transact } from "@/db/transact";
import { createSignInWorld, ORIGIN, type SignInWorld, TEST_LIMITS } from "@/lib/auth/testing/sign-in-world";
import { sha256 } from "@/lib/crypto/digest";
import { newId } from "@/lib/ids/id";
import { timeZones } from "@/lib/places/time-zones";
import { testLimits } from "@/lib/rate-limit/testing/test-limits";
import { postgresSessionStore } from "@/lib/sessions/postgres-session-store";
import { createRedisWorld } from "@/lib/sessions/testing/redis-world";
import { startRedis } from "@/scripts/redis/start-redis";
import { beginSetup, type SetupForm } from "./begin-setup";
import { finishSetup, readPendingSetup } from "./finish-setup";
import { createFirstMerchant, hasMerchant } from "./first-merchant-store";

let world: SignInWorld;

beforeEach(async () => {
  world = await createSignInWorld();
});
afterEach(() => world.close());

const FORM: SetupForm = {
  businessName: " Saffron & Clove ",
  country: "GB",
  timeZone: "Europe/London",
  name: "Asha Rao",
  email: "Asha@Example.com",
  password: "tangerine umbrella 40",
};
const QUOTA = { limit: 60, windowSeconds: 600 };

const begin = (changes: Partial<SetupForm> = {}, addressQuota = QUOTA) =>
  beginSetup(
    { client: world.client, ring: world.ring, limits: testLimits(world.client.db, addressQuota) },
    { ...FORM, ...changes },
    ORIGIN,
  );

async function begun(changes: Partial<SetupForm> = {}): Promise<{ token: string; secret: string }> {
  const outcome = await begin(changes);
  if (outcome.kind !== "begun") throw new Error(`not begun: ${JSON.stringify(outcome)}`);
  const pending = await readPendingSetup(world, outcome.token);
  if (pending === null) throw new Error("what was begun is not under way");
  return { token: outcome.token, secret: pending.totpSecret };
}

const finish = (token: string | null, code: string) =>
  finishSetup(world, { token, code, deviceId: newId("dev"), origin: ORIGIN });
const codeFor = (secret: string, steps = 0) =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + steps * 30_000 });
const wrongFor = (secret: string) => {
  const right = [-2, -1, 0, 1, 2].map((steps) => codeFor(secret, steps));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !right.includes(code)) ?? "";
};

async function counts() {
  const { db } = world.owner;
  const all = [merchants, users, totpFactors, recoveryCodes, sessions, pendingSetups] as const;
  const [shops, people, totp, recovery, live, pending] = await Promise.all(all.map((table) => db.$count(table)));
  return { shops, people, totp, recovery, live, pending };
}
const NOTHING = { shops: 0, people: 0, totp: 0, recovery: 0, live: 0 };
const ONE_OF_EACH = { shops: 1, people: 1, totp: 1, recovery: 1, live: 1, pending: 0 };

describe("first run", () => {
  it("setup.once.concurrent: the attack is to become a second owner in the moment of the first", async () => {
    const setups = await Promise.all(
      Array.from({ length: 4 }, (_, index) => begun({ email: `owner${index}@example.com` })),
    );
    const outcomes = await Promise.all(
      [...setups, ...setups, ...setups].map(({ token, secret }) => finish(token, codeFor(secret))),
    );
    const kinds = outcomes.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(["done", ...Array(11).fill("over")]);
    expect(await counts()).toEqual(ONE_OF_EACH);
    // And afterwards.
    expect(await begin()).toEqual({ kind: "over" });
    for (const { token, secret } of setups) expect(await finish(token, codeFor(secret))).toEqual({ kind: "over" });
    expect(await counts()).toEqual(ONE_OF_EACH);
  });

  it("makes the owner that was entered, with factors, signed in, in the audit trail", async () => {
    const { token, secret } = await begun();
    const outcome = await finish(token, codeFor(secret));
    if (outcome.kind !== "done") throw new Error(outcome.kind);
    expect(new Set(outcome.recoveryCodes).size).toBe(10);
    expect(await world.sessions.resolve(outcome.sessionToken)).toMatchObject({
      user: { email: "asha@example.com", name: "Asha Rao", role: "owner" },
      merchant: { name: "Saffron & Clove", country: "GB", timeZone: "Europe/London" },
    });
    const entries = await world.owner.db.select().from(auditEntries).orderBy(auditEntries.id);
    const actions = entries.map(({ action }) => action);
    for (const action of ["merchant.created", "user.created", "totp_factor.created", "setup.completed"]) {
      expect(actions).toContain(action);
    }
    expect(new Set(entries.map(({ merchantId }) => merchantId)).size).toBe(1);
    const shown = JSON.stringify(entries.map(({ oldValues, newValues }) => [oldValues, newValues]));
    for (const hidden of [FORM.password, secret, ...outcome.recoveryCodes, "$argon2id"]) {
      expect(shown).not.toContain(hidden);
    }
  });

  it("setup.codes-read-slowly: sessions in Redis, too, outlast the time that their owner takes to keep the recovery codes", async () => {
    await world.close();
    const running = await createRedisWorld(startRedis);
    world = running.world;
    const { token, secret } = await begun();
    const outcome = await finish(token, codeFor(secret));
    if (outcome.kind !== "done") throw new Error(outcome.kind);
    // No browser has shown the session yet. Its keys must not be those of one that nobody was given.
    const lifeOf = "return redis.call('TTL', 'countinghouse:session-token:' .. ARGV[1])";
    const tokenHash = sha256(outcome.sessionToken).toString("hex");
    expect(await running.redis.run(lifeOf, [tokenHash])).toBeGreaterThan(3600);
  });

  it("setup.store-away: recovery codes are shown though the sessions' store has gone away meanwhile", async () => {
    const { token, secret } = await begun();
    const gone = connect("postgres://nobody:x@127.0.0.1:1/none", { poolSize: 1, statementTimeoutMs: 500 });
    const { resolve } = postgresSessionStore(gone.db, TEST_LIMITS);
    const input = { token, code: codeFor(secret), deviceId: newId("dev"), origin: ORIGIN };
    const outcome = await finishSetup({ ...world, sessions: { ...world.sessions, resolve } }, input);
    expect(outcome).toMatchObject({ kind: "done", recoveryCodes: { length: 10 } });
    await gone.close();
  });

  it("totp.single-use: the code that finished it signs nobody in, its time step is spent", async () => {
    const { token, secret } = await begun();
    const code = codeFor(secret);
    const codeStep = Math.floor(Date.now() / 30_000);
    expect((await finish(token, code)).kind).toBe("done");
    const [factor] = await world.owner.db.select().from(totpFactors);
    expect([codeStep - 1, codeStep]).toContain(factor?.lastStep);
  });

  it("setup.mfa-first: without the right code nothing is a merchant, and after ten tries or half an hour it is over", async () => {
    const { token, secret } = await begun();
    for (const odd of ["", "12345", "1234567", "abcdef"]) expect((await finish(token, odd)).kind).toBe("malformed");
    const wrong = wrongFor(secret);
    const tries = await Promise.all(Array.from({ length: 15 }, () => finish(token, wrong)));
    expect(tries.map(({ kind }) => kind).sort()).toEqual([...Array(5).fill("gone"), ...Array(10).fill("wrong")]);
    expect(await finish(token, codeFor(secret))).toEqual({ kind: "gone" });

    const late = await begun();
    await world.owner.db.execute(sql`update pending_setups set expires_at = now() - interval '1 second'`);
    expect(await finish(late.token, codeFor(late.secret))).toEqual({ kind: "gone" });
    for (const none of [null, "", "x".repeat(43), late.token.slice(1)]) {
      expect(await finish(none, codeFor(late.secret))).toEqual({ kind: "gone" });
    }
    expect(await counts()).toMatchObject(NOTHING);
  });

  it("takes a code with spaces and in full-width digits", async () => {
    const { token, secret } = await begun();
    const digits = [...codeFor(secret)].map((digit) => String.fromCodePoint(0xff10 + Number(digit)));
    expect((await finish(token, ` ${digits.slice(0, 3).join("")} ${digits.slice(3).join("")} `)).kind).toBe("done");
  });

  it("keeps what was entered sealed, and drops it when it has expired", async () => {
    const { token, secret } = await begun();
    const rows = JSON.stringify(await world.owner.db.select().from(pendingSetups));
    for (const hidden of [token, secret, "Asha", "asha@example.com", FORM.password, "$argon2id"]) {
      expect(rows).not.toContain(hidden);
    }
    await world.owner.db.execute(sql`update pending_setups set expires_at = now() - interval '1 second'`);
    await begun();
    expect((await counts()).pending).toBe(1);
  });

  it("keeps no card numbers of customers in India", async () => {
    const modeIn = async (country: string) => {
      const { token } = await begun({ country });
      return (await readPendingSetup(world, token))?.merchant.vaultMode;
    };
    expect([await modeIn("GB"), await modeIn("IN")]).toEqual(["keep", "transient"]);
  });

  it.each([
    ["email", { email: "asha\uff20example.com" }],
    ["email", { email: "m\u0456ke@example.com" }],
    ["email", { email: `${"a".repeat(288)}@example.com` }],
    ["email", { email: "asha" }],
    ["businessName", { businessName: " " }],
    ["businessName", { businessName: "x".repeat(101) }],
    ["businessName", { businessName: "4242 4242 4242 4242" }],
    ["businessName", { businessName: "Saffron\0" }],
    ["name", { name: "" }],
    ["country", { country: "XX" }],
    ["country", { country: "in" }],
    ["timeZone", { timeZone: "Mars/Olympus" }],
    ["password", { password: "password1234!" }],
    ["password", { password: "short" }],
    ["password", { password: "Saffron-Clove-1" }],
  ])("refuses a wrong %s, %j, and says which", async (field, changes) => {
    expect(await begin(changes)).toMatchObject({ kind: "refused", field, message: expect.stringMatching(/\.$/) });
    expect((await counts()).pending).toBe(0);
  });

  it("shares the limit of signing in, per address", async () => {
    const few = { limit: 2, windowSeconds: 600 };
    const outcomes = [await begin({}, few), await begin({}, few), await begin({}, few)];
    expect(outcomes.map(({ kind }) => kind)).toEqual(["begun", "begun", "limited"]);
    await begin({ email: "asha" });
    const entries = await world.owner.db.select().from(auditEntries).where(eq(auditEntries.action, "setup.refused"));
    const reasons = entries.map(({ newValues }) => newValues);
    expect(reasons).toEqual([{ reason: "rate_limited" }, { reason: "malformed_email" }]);
  });

  it("the database alone decides: the application's role can make no merchant and no user in another way", async () => {
    const merchant = { id: newId("mer"), name: "M", country: "GB", timeZone: "UTC", vaultMode: "keep" } as const;
    const owner = { id: newId("usr"), email: "o@example.com", name: "O", passwordHash: "x" };
    const factors = { totpSecret: "x", firstStep: 1, recoveryCodes: { a: "b" } };
    const inTransaction = <T>(work: Parameters<typeof transact<T>>[2]) =>
      transact(world.client, systemContext("test"), work);
    const tries = [
      () => inTransaction((tx) => tx.insert(merchants).values(merchant)),
      () => inTransaction((tx) => tx.insert(users).values({ ...owner, merchantId: merchant.id, role: "owner" })),
    ];
    for (const tried of tries) expect(await tried().catch(databaseErrorCode)).toBe("42501");
    expect(await inTransaction((tx) => createFirstMerchant(tx, merchant, owner, factors))).toBe(true);
    const second = { ...merchant, id: newId("mer") };
    expect(await inTransaction((tx) => createFirstMerchant(tx, second, owner, factors))).toBe(false);
    expect(await hasMerchant(world.client.db)).toBe(true);
  });

  it("offers only time zones that the database groups by", async () => {
    const known = await world.owner.db.execute<{ name: string }>(sql`select name from pg_timezone_names`);
    const names = new Set(known.map(({ name }) => name));
    expect(timeZones().filter((zone) => !names.has(zone))).toEqual([]);
  });
});
