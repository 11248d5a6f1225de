import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { systemContext } from "@/db/audit-context";
import { connect } from "@/db/client";
import { sessions } from "@/db/schema";
import { transact } from "@/db/transact";
import { sha256 } from "@/lib/crypto/digest";
import { postgresSessionStore } from "@/lib/sessions/postgres-session-store";
import { clearSpentCodes } from "./testing/clear-spent-codes";
import {
  codeOf,
  createSignInWorld,
  type SignInWorld,
  TEST_LIMITS,
  type TestUser,
  wrongCodeOf,
} from "./testing/sign-in-world";
import { TestBrowser } from "./testing/test-browser";

const APP = "http://localhost:44000";

let world: SignInWorld;
let user: TestUser;

beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  user = await world.addUser();
});

async function signedIn(browser = new TestBrowser(world)): Promise<TestBrowser> {
  await browser.passPassword(user);
  const response = await browser.sendCode(codeOf(user));
  expect(response.status).toBe(200);
  return browser;
}

async function endedReason(token = ""): Promise<string | null | undefined> {
  const [row] = await world.owner.db
    .select()
    .from(sessions)
    .where(eq(sessions.tokenHash, sha256(token)));
  return row?.endedReason;
}

describe("next-auth's endpoints", () => {
  it("a right code sets an opaque session cookie, drops the challenge and names where to go", async () => {
    const browser = new TestBrowser(world);
    await browser.passPassword(user);
    const response = await browser.sendCode(codeOf(user), "/transactions?status=failed");
    expect(await response.json()).toEqual({ url: `${APP}/transactions?status=failed` });
    expect(browser.sessionToken).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(browser.cookies.has(browser.names.challenge.name)).toBe(false);
    expect(await world.sessions.resolve(browser.sessionToken ?? "")).toMatchObject({ user: { id: user.userId } });
  });

  it("session.face: the attack is to read ids, limits or tokens of a session with a script of the page", async () => {
    const browser = await signedIn();
    const token = browser.sessionToken;
    const shown: unknown = await (await browser.send("GET", "session")).json();
    expect(shown).toEqual({
      user: { name: "Asha Rao", email: user.email, role: "owner" },
      expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(browser.sessionToken).toBe(token);
    expect(await (await new TestBrowser(world).send("GET", "session")).json()).toEqual({});
    const providers = await (await browser.send("GET", "providers")).json();
    expect(Object.keys(providers as object)).toEqual(["second-factor", "passkey"]);
  });

  it("session.read-sets-nothing: the attack is a look at the session whose answer comes after the session's next cookie", async () => {
    const browser = await signedIn();
    const token = browser.sessionToken ?? "";
    const live = await browser.send("GET", "session");
    expect(await live.json()).toMatchObject({ user: { email: user.email } });
    await transact(world.owner, systemContext("test"), async (tx) => {
      const session = await world.sessions.resolve(token);
      if (session !== null) await world.sessions.rotate(tx, session.sessionId);
    });
    const dead = await browser.send("GET", "session");
    expect(await dead.json()).toEqual({});
    // Neither the old token again, nor an end of the new one.
    for (const answer of [live, dead]) expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it("links.own-origin: the attack is a Host header, or a stray variable, that next-auth builds its links from", async () => {
    vi.stubEnv("NEXTAUTH_URL", "https://evil.example");
    vi.stubEnv("AUTH_TRUST_HOST", "true");
    const headers = { host: "evil.example", "x-forwarded-host": "evil.example" };
    const providers = await (await new TestBrowser(world).send("GET", "providers", { headers })).text();
    vi.unstubAllEnvs();
    expect(providers).toContain(`${APP}/api/auth/`);
    expect(providers).not.toContain("evil.example");
  });

  it("sign-out ends the session on the server, takes the cookie and what the browser stored", async () => {
    const browser = await signedIn();
    const token = browser.sessionToken ?? "";
    const response = await browser.post("signout", { callbackUrl: "/login" });
    expect(await response.json()).toEqual({ url: `${APP}/login` });
    expect(response.headers.get("clear-site-data")).toBe('"cache", "storage"');
    expect(browser.sessionToken).toBeUndefined();
    expect(await endedReason(token)).toBe("signed_out");
    // The cookie that somebody copied before is worth nothing.
    browser.cookies.set(browser.names.session.name, token);
    expect(await (await browser.send("GET", "session")).json()).toEqual({});
  });

  it("sign-in.callback-url: the attack is a link to the sign-in page that makes every sign-in fail, and leave a session behind", async () => {
    const asked = { "/payments?csrf=true": "/payments?csrf=true", "/api/auth/signin?csrf=true": "/" };
    for (const [path, leadsTo] of Object.entries(asked)) {
      const browser = new TestBrowser(world);
      await browser.passPassword(user);
      await clearSpentCodes(world.owner, user.userId);
      const response = await browser.sendCode(codeOf(user), path);
      expect([response.status, await response.json()]).toEqual([200, { url: `${APP}${leadsTo}` }]);
      expect(browser.sessionToken).toBeDefined();
    }
  });

  it("audit.unknown-method: the attack is to feel for ways in that no page offers; it is refused, and in the trail", async () => {
    const browser = new TestBrowser(world);
    await browser.passPassword(user);
    const response = await browser.post("callback/second-factor", { method: "magic", code: codeOf(user) });
    expect([response.status, await response.json()]).toEqual([401, { error: "malformed" }]);
    expect(await world.auditActions(user.userId)).toContain("sign_in.code_refused");
  });

  it("lockout.reads-like-wrong-code: the attack is to tell a locked factor from a wrong code by any byte of the answer", async () => {
    const browser = new TestBrowser(world);
    await browser.passPassword(user);
    const wrong = [await face(browser, wrongCodeOf(user)), await face(browser, wrongCodeOf(user))];
    const locking = await face(browser, wrongCodeOf(user));
    await browser.passPassword(user);
    const locked = [await face(browser, wrongCodeOf(user)), await face(browser, codeOf(user))];
    expect(wrong[0]).toMatchObject({ status: 401, body: '{"error":"refused"}' });
    for (const answer of [...wrong, locking, ...locked]) expect(answer).toEqual(wrong[0]);
    expect(browser.sessionToken).toBeUndefined();
  });

  async function face(browser: TestBrowser, code: string) {
    const response = await browser.sendCode(code);
    return { status: response.status, headers: [...response.headers], body: await response.text() };
  }

  it("what is no code, and no challenge, are told apart and cost nothing", async () => {
    const browser = new TestBrowser(world);
    await browser.passPassword(user);
    expect(await (await browser.sendCode("12 34")).json()).toEqual({ error: "malformed" });
    expect(await (await new TestBrowser(world).sendCode(codeOf(user))).json()).toEqual({ error: "challenge_gone" });
    expect((await browser.sendCode(codeOf(user))).status).toBe(200);
  });

  it("csrf: the attack is a form on another site that signs its visitor in, or out", async () => {
    const browser = new TestBrowser(world);
    await browser.passPassword(user);
    const form = { csrfToken: "0".repeat(64), code: codeOf(user), json: "true" };
    await expect(browser.send("POST", "callback/second-factor", { form })).rejects.toMatchObject({ status: 403 });
    await signedIn(browser);
    await expect(browser.send("POST", "signout", { form: { json: "true" } })).rejects.toMatchObject({ status: 403 });
    for (const origin of ["https://evil.example", "null", `${APP}.evil.example`]) {
      await expect(browser.post("signout", {}, { origin })).rejects.toMatchObject({ code: "origin_refused" });
    }
    expect((await browser.send("GET", "signout")).headers.get("location")).toBe("/");
    expect(await endedReason(browser.sessionToken)).toBeNull();
    expect((await browser.post("signout", {}, { origin: APP })).status).toBe(200);
  });

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "http://localhost:44000@evil.example",
  ])("callback.stays-on-origin: the attack is a link to our sign-in that leads on to %s", async (callbackUrl) => {
    const browser = new TestBrowser(world);
    await browser.passPassword(user);
    expect(await (await browser.sendCode(codeOf(user), callbackUrl)).json()).toEqual({ url: `${APP}/` });
    const query = new URLSearchParams({ callbackUrl }).toString();
    const location = (await browser.send("GET", "signin", { query })).headers.get("location");
    // Nor does a cookie that another site of the host has planted.
    browser.cookies.set(browser.names.callbackUrl.name, encodeURIComponent(callbackUrl));
    expect((await browser.send("GET", "csrf")).status).toBe(200);
    expect(location).toBe(`/login?callbackUrl=${encodeURIComponent(`${APP}/`)}`);
  });

  it.each([
    ["POST", "_log"],
    ["POST", "session"],
    ["POST", "signin/second-factor"],
    ["GET", "callback/second-factor"],
    ["POST", "callback/credentials"],
    ["GET", "verify-request"],
    ["GET", "error"],
    ["DELETE", "session"],
    ["GET", "session/x"],
    ["GET", "__proto__"],
  ] as const)("%s %s is not there", async (method, path) => {
    await expect(new TestBrowser(world).send(method as "GET", path)).rejects.toMatchObject({ code: "not_found" });
  });

  it("refuses a form field that it does not know", async () => {
    const attempt = new TestBrowser(world).post("callback/second-factor", { code: "123456", totpSecret: "x" });
    await expect(attempt).rejects.toMatchObject({ code: "field_unknown" });
  });

  it("session.fails-closed: while the database is away nobody gets in, and nobody loses a session", async () => {
    const browser = await signedIn();
    const kept = new Map(browser.cookies);
    const gone = connect("postgres://nobody:x@127.0.0.1:1/none", { poolSize: 1, statementTimeoutMs: 500 });
    const broken = { ...world, client: gone, sessions: postgresSessionStore(gone.db, TEST_LIMITS) };
    const stranded = new TestBrowser(broken);
    for (const [name, value] of kept) stranded.cookies.set(name, value);
    stranded.cookies.set(stranded.names.challenge.name, "A".repeat(43));
    await expect(stranded.send("GET", "session")).rejects.toThrow();
    await expect(stranded.post("signout")).rejects.toThrow();
    await expect(stranded.sendCode(codeOf(user, 1))).rejects.toThrow();
    expect(stranded.sessionToken).toBe(browser.sessionToken);
    expect((await browser.send("GET", "session")).status).toBe(200);
    await gone.close();
  });

  it("over https every cookie is __Host- and Secure, over http for localhost neither; all are HttpOnly", async () => {
    const secure = new TestBrowser(world, "https://pay.example.com");
    const lines = [...(await secure.send("GET", "csrf")).headers.getSetCookie()];
    await secure.passPassword(user);
    lines.push(...(await secure.sendCode(codeOf(user))).headers.getSetCookie());
    const names = new Set(lines.map((line) => line.split("=")[0]));
    expect([...names].sort()).toEqual([
      "__Host-countinghouse.callback-url",
      "__Host-countinghouse.challenge",
      "__Host-countinghouse.csrf-token",
      "__Host-countinghouse.device",
      "__Host-countinghouse.session",
    ]);
    for (const line of lines)
      expect(line).toMatch(/Path=\/;.*HttpOnly;.*Secure|Path=\/;.*Secure;.*HttpOnly|HttpOnly; SameSite=Strict; Secure/);
    const session = lines.find((line) => line.startsWith("__Host-countinghouse.session="));
    expect(session).toMatch(/; SameSite=Lax$/);
    expect(session).not.toMatch(/Domain=/);

    const plain = await new TestBrowser(world).send("GET", "csrf");
    expect(plain.headers.getSetCookie().join()).not.toMatch(/Secure|__Host-/);
  });
});
