import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { auditEntries, emailLinks, knownDevices, outgoingMessages, sessions, totpFactors, users } from "@/db/schema";
import { transact } from "@/db/transact";
import { parseId } from "@/lib/ids/id";
import { removeEveryFactor } from "@/lib/members/member-store";
import { openContent } from "@/lib/messages/message-seal";
import type { Content } from "@/lib/messages/outgoing-message";
import { testLimits } from "@/lib/rate-limit/testing/test-limits";
import { revokeByLink } from "@/lib/sessions/revoke-by-link";
import { isKnownDevice } from "./device-store";
import { clearSpentCodes } from "./testing/clear-spent-codes";
import { codeOf, createSignInWorld, ORIGIN, type SignInWorld, type TestUser } from "./testing/sign-in-world";
import { TestBrowser } from "./testing/test-browser";

let world: SignInWorld;
let user: TestUser;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  user = await world.addUser();
});

/** A right password and a right code, from a browser that keeps its cookies. */
async function signIn(browser: TestBrowser, who: TestUser = user): Promise<string> {
  await clearSpentCodes(world.owner, who.userId);
  await browser.passPassword(who);
  expect((await browser.sendCode(codeOf(who))).status).toBe(200);
  return browser.sessionToken ?? "";
}

async function mails(who: TestUser = user): Promise<Content[]> {
  const rows = await world.owner.db
    .select()
    .from(outgoingMessages)
    .where(eq(outgoingMessages.merchantId, who.merchantId))
    .orderBy(outgoingMessages.createdAt);
  return rows.map((row) => openContent(world.ring, row, row.sealed ?? ""));
}

async function tokenInMail(): Promise<string> {
  const text = (await mails()).at(-1)?.text ?? "";
  return /\/revoke#([A-Za-z0-9_-]{43})$/m.exec(text)?.[1] ?? "";
}

const revoke = (token: string) =>
  revokeByLink({ client: world.client, sessions: world.sessions, limits: world.limits }, { token, origin: ORIGIN });

const deviceCookie = (browser: TestBrowser) => browser.cookies.get(browser.names.device.name);
const endings = () =>
  world.owner.db
    .select({ reason: sessions.endedReason, by: sessions.endedBy })
    .from(sessions)
    .where(eq(sessions.userId, user.userId))
    .orderBy(sessions.createdAt);

describe("new-device", () => {
  it("new-device.notice: the attack is to sign in with what was stolen, from a browser of one's own", async () => {
    const own = new TestBrowser(world);
    await signIn(own);
    await signIn(own);
    // The first browser is nobody's warning, and a known one neither.
    expect(await mails()).toEqual([]);
    await signIn(new TestBrowser(world));
    const [mail, ...others] = await mails();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      channel: "email",
      to: user.email,
      subject: expect.stringMatching(/^Countinghouse: new sign-in from /),
    });
    expect(mail?.text).toContain(`Address: ${ORIGIN.ip}`);
    expect(mail?.text).toMatch(/When: \w+, \d+ \w+ \d{4} at \d\d:\d\d \(Asia\/Kolkata\)/);
    expect(mail?.text).toMatch(/^http:\/\/localhost:44000\/revoke#[A-Za-z0-9_-]{43}$/m);
  });

  it("new-device.notice.after-reset: the attack is to sign in with what was enrolled again after an owner's reset", async () => {
    await signIn(new TestBrowser(world));
    const { owner } = world;
    const [totp] = await owner.db.select().from(totpFactors).where(eq(totpFactors.userId, user.userId));
    if (!totp) throw new Error("there is no authenticator");
    const context = { ...systemContext("test"), merchantId: user.merchantId };
    await transact(world.client, context, (tx) => removeEveryFactor(tx, user.userId));
    await transact(owner, context, async (tx) => {
      await tx.insert(totpFactors).values(totp);
      await tx.update(users).set({ factorsResetAt: null }).where(eq(users.id, user.userId));
    });
    await signIn(new TestBrowser(world));
    expect(await mails()).toMatchObject([{ subject: expect.stringMatching(/new sign-in from /) }]);
  });

  it("device.of-one-person: the attack is the cookie of a browser that another has signed in from since", async () => {
    const nora = await world.addUser();
    const shared = new TestBrowser(world);
    await signIn(shared, nora);
    const noras = deviceCookie(shared);
    await signIn(shared);
    const mine = deviceCookie(shared);
    expect(mine).not.toBe(noras);
    await signIn(shared);
    expect(deviceCookie(shared)).toBe(mine);
    const known = await world.owner.db.select().from(knownDevices).where(eq(knownDevices.userId, nora.userId));
    expect(known.map(({ deviceId }) => deviceId)).toEqual([noras?.split(".")[0]]);
  });

  it("device.forgotten: the attack is a device cookie that was copied more than a year ago", async () => {
    const browser = new TestBrowser(world);
    await signIn(browser);
    const id = parseId("dev", deviceCookie(browser)?.split(".")[0]);
    if (id === null) throw new Error("there is no device");
    expect(await isKnownDevice(world.client.db, user.email, id)).toBe(true);
    await transact(world.owner, systemContext("test"), (tx) =>
      tx
        .update(knownDevices)
        .set({ lastSeenAt: sql`now() - interval '366 days'` })
        .where(eq(knownDevices.userId, user.userId)),
    );
    expect(await isKnownDevice(world.client.db, user.email, id)).toBe(false);
    await signIn(browser);
    expect(await mails()).toHaveLength(1);
    expect(await isKnownDevice(world.client.db, user.email, id)).toBe(true);
  });

  it("a browser keeps its signed cookie, for a year after each sign-in, and a bad one is replaced", async () => {
    const browser = new TestBrowser(world);
    await signIn(browser);
    const first = deviceCookie(browser);
    await signIn(browser);
    expect(deviceCookie(browser)).toBe(first);
    browser.cookies.set(browser.names.device.name, `${first?.slice(0, -1)}`);
    await signIn(browser);
    expect(deviceCookie(browser)).not.toBe(first);
    expect(await mails()).toHaveLength(1);
    const rows = await world.owner.db.select().from(knownDevices).where(eq(knownDevices.userId, user.userId));
    expect(rows).toHaveLength(2);
    await browser.passPassword(user);
    await clearSpentCodes(world.owner, user.userId);
    const [line] = (await browser.sendCode(codeOf(user))).headers
      .getSetCookie()
      .filter((cookie) => cookie.startsWith(browser.names.device.name));
    expect(line).toMatch(/; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it("over https the cookie is for this host alone", async () => {
    const browser = new TestBrowser(world, "https://pay.example.com");
    await browser.passPassword(user);
    const lines = (await browser.sendCode(codeOf(user))).headers.getSetCookie();
    const line = lines.find((cookie) => cookie.includes("countinghouse.device"));
    expect(line).toMatch(/^__Host-countinghouse\.device=dev_.*; Secure$/);
  });

  it("a browser that another user is known by is new to this one", async () => {
    const nora = await world.addUser();
    const shared = new TestBrowser(world);
    await signIn(shared, nora);
    await signIn(new TestBrowser(world));
    await signIn(shared);
    expect(await mails()).toHaveLength(1);
    expect(await mails(nora)).toEqual([]);
  });

  it("a refused code tells nobody, and leaves no cookie", async () => {
    await signIn(new TestBrowser(world));
    const thief = new TestBrowser(world);
    await thief.passPassword(user);
    await thief.sendCode("000000");
    expect(deviceCookie(thief)).toBeUndefined();
    expect(await mails()).toEqual([]);
  });

  it("new-device.notice.concurrent: of two new browsers at the same moment both are told of, but for the first ever", async () => {
    await signIn(new TestBrowser(world));
    await clearSpentCodes(world.owner, user.userId);
    const two = [new TestBrowser(world), new TestBrowser(world)] as const;
    await Promise.all(two.map((browser) => browser.passPassword(user)));
    // Both codes are right: of one time step only one would be.
    await Promise.all([two[0].sendCode(codeOf(user, -1)), two[1].sendCode(codeOf(user))]);
    const signedIn = two.filter((browser) => browser.sessionToken !== undefined).length;
    expect(signedIn).toBeGreaterThan(0);
    expect(await mails()).toHaveLength(signedIn);
  });
});

describe("new-device.revoke-once", () => {
  it("the link ends that session and no other, once, by its user", async () => {
    const kept = await signIn(new TestBrowser(world));
    const stolen = await signIn(new TestBrowser(world));
    const token = await tokenInMail();
    expect(await revoke(token)).toEqual({ kind: "ended" });
    expect(await world.sessions.resolve(stolen)).toBeNull();
    expect(await world.sessions.resolve(kept)).not.toBeNull();
    expect(await endings()).toEqual([
      { reason: null, by: null },
      { reason: "revoked", by: user.userId },
    ]);
    const again = await signIn(new TestBrowser(world));
    expect(await revoke(token)).toEqual({ kind: "link_gone" });
    expect(await world.sessions.resolve(again)).not.toBeNull();
  });

  it("the attack is to sign out and in again in that browser before the link is opened", async () => {
    await signIn(new TestBrowser(world));
    const thief = new TestBrowser(world);
    await signIn(thief);
    const token = await tokenInMail();
    await thief.post("signout");
    const again = await signIn(thief);
    expect(await mails()).toHaveLength(1);
    expect(await revoke(token)).toEqual({ kind: "ended" });
    expect(await world.sessions.resolve(again)).toBeNull();
    await signIn(thief);
    expect(await mails()).toHaveLength(2);
  });

  it("the attack is to send one link's token many times at the same moment", async () => {
    await signIn(new TestBrowser(world));
    await signIn(new TestBrowser(world));
    const token = await tokenInMail();
    const answers = await Promise.all(Array.from({ length: 10 }, () => revoke(token)));
    expect(answers.filter(({ kind }) => kind === "ended")).toHaveLength(1);
  });

  it("used, expired, made-up and cut tokens read alike, end nothing and are recorded without the token", async () => {
    await signIn(new TestBrowser(world));
    const stolen = await signIn(new TestBrowser(world));
    const token = await tokenInMail();
    await world.owner.db
      .update(emailLinks)
      .set({ expiresAt: sql`now() - interval '1 second'` })
      .where(eq(emailLinks.userId, user.userId));
    for (const sent of [token, "A".repeat(43), token.slice(1), "", "../../x"]) {
      expect(await revoke(sent)).toEqual({ kind: "link_gone" });
    }
    expect(await world.sessions.resolve(stolen)).not.toBeNull();
    const entries = await world.owner.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.action, "session.link_refused"));
    expect(entries.length).toBeGreaterThanOrEqual(5);
    expect(
      JSON.stringify(await world.owner.db.select().from(auditEntries), (_, value) =>
        typeof value === "bigint" ? String(value) : value,
      ),
    ).not.toContain(token);
  });

  it("ends nothing of another user, whatever the link's row says", async () => {
    const nora = await world.addUser();
    const others = await signIn(new TestBrowser(world), nora);
    const noras = await world.sessions.resolve(others);
    await signIn(new TestBrowser(world));
    await signIn(new TestBrowser(world));
    await world.owner.db
      .update(emailLinks)
      .set({ subject: noras?.sessionId ?? "" })
      .where(eq(emailLinks.userId, user.userId));
    await revoke(await tokenInMail());
    expect(await world.sessions.resolve(others)).not.toBeNull();
  });

  it("a session that is over already stays so, and the link says so", async () => {
    await signIn(new TestBrowser(world));
    const browser = new TestBrowser(world);
    await signIn(browser);
    const token = await tokenInMail();
    await browser.post("signout");
    expect(await revoke(token)).toEqual({ kind: "ended" });
    expect((await endings()).at(-1)).toEqual({ reason: "signed_out", by: user.userId });
  });

  it("is limited by address", async () => {
    const deps = {
      client: world.client,
      sessions: world.sessions,
      limits: testLimits(world.client.db, { limit: 2, windowSeconds: 60 }),
    };
    const origin = { ...ORIGIN, ip: "198.51.100.77" };
    const answers = [];
    for (let index = 0; index < 3; index += 1)
      answers.push(await revokeByLink(deps, { token: "A".repeat(43), origin }));
    expect(answers.map(({ kind }) => kind)).toEqual(["link_gone", "link_gone", "limited"]);
  });
});
