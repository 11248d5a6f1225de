import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { merchants, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { removeEveryFactor } from "@/lib/members/member-store";
import { enrol, lastReason, type PasskeyOwner } from "@/lib/passkeys/testing/passkey-desk";
import { ROOT } from "@/scripts/root";
import { newRecoveryCodes } from "./recovery-codes";
import type { Factor } from "./second-factor/enrolled-factors-store";
import { askForAnyPasskey, askForSecondFactor } from "./sign-in-with-passkey";
import { addFullUser, challengeOf, type FullUser, receive, tally, verifyWith } from "./testing/second-factor-desk";
import { APP_URL, codeOf, createSignInWorld, ORIGIN, type SignInWorld } from "./testing/sign-in-world";
import { TestBrowser } from "./testing/test-browser";

const METHODS = ["totp", "sms", "email", "recovery_code", "passkey"] as const;
type Method = (typeof METHODS)[number];
type RecoveryCodes = Awaited<ReturnType<typeof newRecoveryCodes>>;
type Person = FullUser & Pick<PasskeyOwner, "authenticator">;

let world: SignInWorld;
let user: Person;
let other: Person;

/** Of the one and of the other, made once: hashing them takes longest. */
let codes: readonly RecoveryCodes[];

beforeAll(async () => {
  world = await createSignInWorld();
  codes = [await newRecoveryCodes(), await newRecoveryCodes()];
});
afterAll(() => world.close());
beforeEach(async () => {
  // What one address may have written down is bounded, and all of this comes from one.
  await world.owner.pool`delete from rate_limit_hits where subject like 'dead_challenge%'`;
  [user, other] = [await addPerson(codes[0]), await addPerson(codes[1])];
});

async function addPerson(its: RecoveryCodes | undefined): Promise<Person> {
  const full = await addFullUser(world, its);
  return { ...full, authenticator: (await enrol(world, full)).authenticator };
}

const deps = () => ({ client: world.client, appUrl: APP_URL, limits: world.limits });

/** A proof that is right for this person under this challenge, as the form sends it. */
async function proofOf(person: Person, method: Method, challenge: string): Promise<Record<string, string>> {
  switch (method) {
    case "totp":
      return { method, code: codeOf(person) };
    case "sms":
    case "email":
      return { method, code: await receive(world, person, challenge, method) };
    case "recovery_code":
      return { method, code: person.recoveryCodes[0] ?? "" };
    case "passkey": {
      const options = await askForSecondFactor(deps(), challenge, ORIGIN);
      if (options === null) throw new Error("there is no open challenge");
      return { method, passkey: JSON.stringify(person.authenticator.get(options)) };
    }
  }
}

const change = (work: Parameters<typeof transact<unknown>>[2]) => transact(world.owner, systemContext("test"), work);
const setAllowed = (allowedFactors: Factor[]) =>
  change((tx) => tx.update(merchants).set({ allowedFactors }).where(eq(merchants.id, user.merchantId)));
const challengeRow = (set: string) => world.owner.pool.unsafe(`update sign_in_challenges set ${set}`);

type Way = Readonly<{
  name: string;
  /** Spoils the way in once the proof is there; may give another challenge cookie, or none. */
  spoil: (challenge: string, method: Method) => Promise<string | null | undefined>;
  /** Where not all of the methods. */
  methods?: readonly Method[];
  /** Why there is no open challenge, as the trail tells it. */
  noted?: string;
}>;

const KEPT = undefined;
const FACTORS = ["totp", "passkey", "sms", "email"] as const;

const WAYS: readonly Way[] = [
  { name: "no challenge: the password was never given", spoil: async () => null, noted: "missing" },
  { name: "a challenge that nobody opened", spoil: async () => "A".repeat(43), noted: "unknown" },
  { name: "a cookie that was cut", spoil: async (challenge) => challenge.slice(0, 42), noted: "malformed" },
  {
    name: "a challenge that has signed somebody in already",
    spoil: async () => void (await challengeRow("consumed_at = now()")),
    noted: "used",
  },
  {
    name: "a challenge that is over",
    spoil: async () => void (await challengeRow("expires_at = now() - interval '1 second'")),
    noted: "expired",
  },
  {
    name: "a challenge that took all its tries",
    spoil: async () => void (await challengeRow("attempts = 10")),
    noted: "tries_spent",
  },
  { name: "another user's challenge: their password, this user's proof", spoil: async () => challengeOf(world, other) },
  {
    name: "a disabled user",
    spoil: async () => {
      await change((tx) => tx.update(users).set({ disabledAt: new Date() }).where(eq(users.id, user.userId)));
      return KEPT;
    },
    noted: "user_disabled",
  },
  {
    name: "factors that an owner has reset",
    spoil: async () => {
      await change((tx) => removeEveryFactor(tx, user.userId));
      return challengeOf(world, user);
    },
  },
  {
    name: "factors that are marked as reset, and still there",
    spoil: async () => {
      await change((tx) => tx.update(users).set({ factorsResetAt: new Date() }).where(eq(users.id, user.userId)));
      return KEPT;
    },
  },
  {
    name: "a factor that the merchant forbids",
    spoil: async (_, method) => {
      await setAllowed(FACTORS.filter((each) => each !== method));
      return KEPT;
    },
    methods: FACTORS,
  },
  {
    name: "a factor that the user has not",
    spoil: async (_, method) => {
      const table = {
        totp: "totp_factors",
        sms: "phone_factors",
        email: "email_factors",
        recovery_code: "recovery_codes",
        passkey: "passkeys",
      }[method];
      await change((tx) => tx.execute(sql`delete from ${sql.identifier(table)} where user_id = ${user.userId}`));
      return KEPT;
    },
  },
];

const CASES = WAYS.flatMap(({ name, spoil, methods = METHODS, noted }) =>
  methods.map((method) => [name, method, spoil, noted] as const),
);

async function sessionsEver(): Promise<number> {
  const [row] = await world.owner.db.execute<{ count: number }>(sql`
    select count(*)::int from sessions where user_id in (${user.userId}, ${other.userId})`);
  return row?.count ?? -1;
}

async function expectOutside(browser: TestBrowser, response: Response): Promise<void> {
  expect(response.status).toBe(401);
  expect(["refused", "challenge_gone", "passkey_refused"]).toContain((await response.json()).error);
  expect(browser.sessionToken).toBeUndefined();
  expect(await sessionsEver()).toBe(0);
}

/** Each right proof, with one thing wrong about the rest: nobody comes in. */
describe("mfa.no-bypass, after the password", () => {
  it.each(METHODS)("the proof itself is right: %s signs in where nothing is wrong", async (method) => {
    const browser = new TestBrowser(world);
    await browser.passPassword(user);
    const challenge = browser.cookies.get(browser.names.challenge.name) ?? "";
    const response = await browser.post("callback/second-factor", await proofOf(user, method, challenge));
    expect(response.status).toBe(200);
    expect(await sessionsEver()).toBe(1);
  });

  it.each(CASES)("%s (%s)", async (_, method, spoil, noted) => {
    const browser = new TestBrowser(world);
    const challenge = await challengeOf(world, user);
    const proof = await proofOf(user, method, challenge);
    const spoilt = await spoil(challenge, method);
    if (spoilt !== null) browser.cookies.set(browser.names.challenge.name, spoilt ?? challenge);
    await expectOutside(browser, await browser.post("callback/second-factor", proof));
    if (noted !== undefined) expect(await lastReason(world, "sign_in.challenge_refused")).toBe(noted);
  });

  it.each(METHODS)("another user's proof under this user's challenge (%s)", async (method) => {
    const browser = new TestBrowser(world);
    const proof = await proofOf(other, method, await challengeOf(world, other));
    await browser.passPassword(user);
    await expectOutside(browser, await browser.post("callback/second-factor", proof));
  });

  it.each([
    [{ method: "password", code: "123456" }],
    [{ method: "TOTP", code: "123456" }],
    [{ method: "", code: "123456" }],
    [{ method: "__proto__", code: "123456" }],
    [{ method: "totp" }],
    [{ method: "passkey" }],
    [{ method: "passkey", passkey: "{}" }],
    [{ method: "passkey", code: "123456", passkey: "null" }],
    [{}],
  ])("what names no method, or proves nothing: %j", async (fields) => {
    const browser = new TestBrowser(world);
    await browser.passPassword(user);
    const response = await browser.post("callback/second-factor", fields);
    expect(response.status).toBe(401);
    expect(browser.sessionToken).toBeUndefined();
    expect(await sessionsEver()).toBe(0);
  });

  it("two challenges at once in one browser, of which one was planted, are none", async () => {
    const browser = new TestBrowser(world);
    const name = browser.names.challenge.name;
    browser.cookies.set(name, `${await challengeOf(world, other)}; ${name}=${await challengeOf(world, user)}`);
    await expectOutside(browser, await browser.post("callback/second-factor", { method: "totp", code: codeOf(other) }));
  });
});

describe("mfa.no-bypass, without the password", () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      "disabled",
      () => change((tx) => tx.update(users).set({ disabledAt: new Date() }).where(eq(users.id, user.userId))),
    ],
    ["reset", () => change((tx) => removeEveryFactor(tx, user.userId))],
    ["forbidden by the merchant", () => setAllowed(["totp", "sms", "email"])],
  ])("the passkey of a user: %s", async (_, spoil) => {
    const browser = new TestBrowser(world);
    const answer = user.authenticator.get(await askForAnyPasskey(deps(), ORIGIN));
    await spoil();
    await expectOutside(browser, await browser.post("callback/passkey", { passkey: JSON.stringify(answer) }));
  });

  it.each([
    "signin/second-factor",
    "signin/passkey",
    "callback/credentials",
    "callback/email",
    "session",
    "verify-request",
  ])("next-auth's own way in is not there: %s", async (path) => {
    const browser = new TestBrowser(world);
    await browser.passPassword(user);
    const fields = { method: "totp", code: codeOf(user) };
    await expect(browser.post(path, fields)).rejects.toMatchObject({ status: 404 });
    expect(browser.sessionToken).toBeUndefined();
    expect(await sessionsEver()).toBe(0);
  });

  it("what makes a session is listed here: sign-in by code, by passkey, and the first run", () => {
    const files = globSync("{app,lib}/**/*.{ts,tsx}", { cwd: ROOT });
    const callersOf = (call: RegExp) =>
      files
        .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
        .filter((file) => call.test(readFileSync(join(ROOT, file), "utf8")))
        .sort();
    expect(callersOf(/\bsessions\.create\(/)).toEqual(["lib/auth/begin-session.ts", "lib/setup/finish-setup.ts"]);
    expect(callersOf(/(?<!function )\bbeginSession\(/)).toEqual([
      "lib/auth/sign-in-with-passkey.ts",
      "lib/auth/verify-second-factor.ts",
    ]);
  });

  it("a refused proof leaves the right one good: nobody is kept out by it", async () => {
    const challenge = await challengeOf(world, user);
    const outcomes = [
      await verifyWith(world, challenge, { method: "totp", code: codeOf(other) }),
      await verifyWith(world, challenge, { method: "totp", code: codeOf(user) }),
    ];
    expect(tally(outcomes)).toEqual({ refused: 1, signed_in: 1 });
  });
});
