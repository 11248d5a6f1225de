import { and, eq, isNull, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { merchants, passkeys, sessions, users, webauthnChallenges } from "@/db/schema";
import { transact } from "@/db/transact";
import { newId } from "@/lib/ids/id";
import { enrol, lastReason, type PasskeyOwner } from "@/lib/passkeys/testing/passkey-desk";
import type { Lies } from "@/lib/passkeys/testing/software-authenticator";
import { testLimits } from "@/lib/rate-limit/testing/test-limits";
import { askForAnyPasskey, askForSecondFactor, signInWithPasskey } from "./sign-in-with-passkey";
import { APP_URL, createSignInWorld, ORIGIN, type SignInWorld } from "./testing/sign-in-world";
import { TestBrowser } from "./testing/test-browser";

let world: SignInWorld;
let owner: PasskeyOwner;
let browser: TestBrowser;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  owner = await enrol(world, await world.addUser());
  browser = new TestBrowser(world);
});

const QUOTA = { limit: 1_000, windowSeconds: 60 };
const deps = (addressQuota = QUOTA) => ({
  client: world.client,
  appUrl: APP_URL,
  limits: testLimits(world.client.db, addressQuota),
  sessions: world.sessions,
});

const ask = () => askForAnyPasskey(deps(), ORIGIN);

function signIn(answer: unknown, by = browser): Promise<Response> {
  return by.post("callback/passkey", { passkey: JSON.stringify(answer), callbackUrl: "/transactions" });
}

async function askAfterPassword() {
  const options = await askForSecondFactor(deps(), browser.cookies.get(browser.names.challenge.name) ?? null, ORIGIN);
  if (options === null) throw new Error("there is no open challenge");
  return options;
}

function verify(answer: unknown, by = browser): Promise<Response> {
  return by.post("callback/second-factor", { method: "passkey", passkey: JSON.stringify(answer) });
}

function liveSessions({ user } = owner) {
  return world.client.db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, user.userId), isNull(sessions.endedAt)));
}

/** Nobody came in, the answer tells no reason, and the trail does. */
async function expectRefused(response: Response, reason: string): Promise<void> {
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual({ error: "passkey_refused" });
  expect(browser.sessionToken).toBeUndefined();
  expect(await liveSessions()).toEqual([]);
  expect(await lastReason(world, "sign_in.passkey_refused")).toBe(reason);
}

describe("signing in by a passkey alone", () => {
  it("makes a session of its owner, on the way to where they wanted", async () => {
    const response = await signIn(owner.authenticator.get(await ask()));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ url: `${APP_URL}/transactions` });
    const [session] = await liveSessions();
    expect(session).toMatchObject({ method: "passkey", userId: owner.user.userId, ip: ORIGIN.ip });
    expect((await world.sessions.resolve(browser.sessionToken ?? ""))?.user.id).toBe(owner.user.userId);
    expect(await world.auditActions(owner.user.userId)).toEqual(["sign_in.succeeded"]);
  });

  it("asks for whatever passkey there is, and so tells nobody who has one", async () => {
    expect((await ask()).allowCredentials).toEqual([]);
  });

  it.each<[attack: string, lies: Lies, reason: string]>([
    ["mfa.no-bypass: no check of who is there, so it is one factor", { userVerified: false }, "user_not_verified"],
    ["a copy of this site", { origin: "https://evil.example" }, "wrong_origin"],
    ["another site's answer", { rpId: "evil.example" }, "wrong_rp_id"],
    ["a forged signature", { forged: true }, "signature_wrong"],
    ["a question that was never asked", { challenge: Buffer.alloc(32).toString("base64url") }, "challenge_unknown"],
    ["another user's name", { userHandle: "dXNyX290aGVy" }, "user_handle_of_other"],
    ["no user's name", { userHandle: null }, "user_handle_of_other"],
  ])("refuses %s", async (_, lies, reason) => {
    await expectRefused(await signIn(owner.authenticator.get(await ask(), lies)), reason);
  });

  it("the attack is an old answer with an old count", async () => {
    await signIn(owner.authenticator.get(await ask(), { counter: 7 }), new TestBrowser(world));
    await transact(world.owner, owner.context, (tx) =>
      tx.delete(sessions).where(eq(sessions.userId, owner.user.userId)),
    );
    await expectRefused(await signIn(owner.authenticator.get(await ask(), { counter: 7 })), "counter_not_grown");
  });

  it("the attack is an answer that was overheard, once it was used", async () => {
    const answer = owner.authenticator.get(await ask());
    expect((await signIn(answer, new TestBrowser(world))).status).toBe(200);
    const again = await signIn(answer);
    expect(again.status).toBe(401);
    expect(await liveSessions()).toHaveLength(1);
  });

  it("refuses an answer that comes too late", async () => {
    const options = await ask();
    await world.owner.db
      .update(webauthnChallenges)
      .set({ expiresAt: sql`now() - interval '1 millisecond'` })
      .where(isNull(webauthnChallenges.userId));
    await expectRefused(await signIn(owner.authenticator.get(options)), "challenge_expired");
  });

  it("the attack is an answer that was given after a password, or to confirm something", async () => {
    await browser.passPassword(owner.user);
    await expectRefused(await signIn(owner.authenticator.get(await askAfterPassword())), "challenge_of_other");
  });

  it("refuses a passkey that was removed", async () => {
    const answer = owner.authenticator.get(await ask());
    await transact(world.owner, owner.context, (tx) =>
      tx.delete(passkeys).where(eq(passkeys.userId, owner.user.userId)),
    );
    await expectRefused(await signIn(answer), "credential_unknown");
  });

  it.each([
    ["nothing", ""],
    ["null", "null"],
    ["a list", "[]"],
    ["half an object", "{"],
    ["20,000 letters", "x".repeat(20_000)],
    ["a NUL", "\u0000"],
  ])("refuses %s, which is no answer", async (_, passkey) => {
    await expectRefused(await browser.post("callback/passkey", { passkey }), "malformed");
  });

  it("refuses a disabled user, one who is being reset, and whom their business forbids it", async () => {
    const set = (values: Partial<Record<"disabledAt" | "factorsResetAt", ReturnType<typeof sql> | null>>) =>
      transact(world.owner, owner.context, (tx) => tx.update(users).set(values).where(eq(users.id, owner.user.userId)));
    const answer = async () => signIn(owner.authenticator.get(await ask()));
    await set({ disabledAt: sql`now()` });
    await expectRefused(await answer(), "user_disabled");
    await set({ disabledAt: null, factorsResetAt: sql`now()` });
    await expectRefused(await answer(), "factors_reset");
    await set({ factorsResetAt: null });
    await transact(world.owner, owner.context, (tx) =>
      tx
        .update(merchants)
        .set({ allowedFactors: ["totp"] })
        .where(eq(merchants.id, owner.user.merchantId)),
    );
    await expectRefused(await answer(), "passkeys_not_allowed");
  });

  it("passkey.single-use.concurrent: of fifty times the same answer at once one makes a session", async () => {
    const answer = owner.authenticator.get(await ask(), { counter: 50 });
    const browsers = Array.from({ length: 50 }, () => new TestBrowser(world));
    const statuses = await Promise.all(browsers.map(async (each) => (await signIn(answer, each)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(49);
    expect(await liveSessions()).toHaveLength(1);
  });

  it("session.fixation: the session that the browser had ends", async () => {
    await signIn(owner.authenticator.get(await ask()));
    const before = browser.sessionToken ?? "";
    await signIn(owner.authenticator.get(await ask()));
    expect(browser.sessionToken).not.toBe(before);
    expect(await world.sessions.resolve(before)).toBeNull();
    expect(await liveSessions()).toHaveLength(1);
  });

  it("an address may ask and try so often, and no more", async () => {
    const origin = { ...ORIGIN, ip: "198.51.100.9" };
    const tight = { ...deps({ limit: 2, windowSeconds: 60 }), ring: world.ring };
    const trying = () => signInWithPasskey(tight, { answer: null, sessionToken: null, deviceId: newId("dev"), origin });
    for (const limited of [() => askForAnyPasskey(tight, origin), trying]) {
      await limited();
      await limited();
      await expect(limited()).rejects.toMatchObject({ code: "rate_limited" });
    }
    await expect(askForSecondFactor(tight, null, origin)).rejects.toMatchObject({ code: "rate_limited" });
  });
});

describe("a passkey as the second factor", () => {
  it("signs in whoever has given their password, and uses that up", async () => {
    await browser.passPassword(owner.user);
    const options = await askAfterPassword();
    expect(options.allowCredentials).toHaveLength(1);
    expect((await verify(owner.authenticator.get(options))).status).toBe(200);
    expect(await liveSessions()).toHaveLength(1);
    expect(browser.cookies.has(browser.names.challenge.name)).toBe(false);
    expect(await world.auditActions(owner.user.userId)).toEqual(["sign_in.succeeded"]);
  });

  it("mfa.no-bypass: the attack is a right passkey without the password's challenge", async () => {
    const response = await verify(owner.authenticator.get(await ask()));
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: "challenge_gone" });
    expect(await liveSessions()).toEqual([]);
  });

  it("refuses another user's passkey, and one's own for another sign-in", async () => {
    const stranger = await enrol(world, await world.addUser());
    await browser.passPassword(owner.user);
    await expectRefused(await verify(stranger.authenticator.get(await askAfterPassword())), "credential_of_other");
    const options = await askAfterPassword();
    await browser.passPassword(owner.user);
    await expectRefused(await verify(owner.authenticator.get(options)), "challenge_of_other");
  });

  it("refuses an answer for signing in alone, and one without a check of who is there", async () => {
    await browser.passPassword(owner.user);
    await expectRefused(await verify(owner.authenticator.get(await ask())), "challenge_of_other");
    const unverified = owner.authenticator.get(await askAfterPassword(), { userVerified: false });
    await expectRefused(await verify(unverified), "user_not_verified");
  });

  it("answers of passkeys take nothing from the three codes of a password entry: nobody guesses one", async () => {
    await browser.passPassword(owner.user);
    const forged = async () =>
      (await verify(owner.authenticator.get(await askAfterPassword(), { forged: true }))).json();
    for (let tries = 0; tries < 10; tries += 1) expect(await forged()).toEqual({ error: "passkey_refused" });
    expect((await verify(owner.authenticator.get(await askAfterPassword()))).status).toBe(200);
  });

  it("passkey.single-use.concurrent: of fifty times the same answer at once one makes a session", async () => {
    await browser.passPassword(owner.user);
    const answer = owner.authenticator.get(await askAfterPassword());
    const tabs = Array.from({ length: 50 }, () => new TestBrowser(world));
    for (const tab of tabs) for (const [name, value] of browser.cookies) tab.cookies.set(name, value);
    const statuses = await Promise.all(tabs.map(async (tab) => (await verify(answer, tab)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await liveSessions()).toHaveLength(1);
  });
});
