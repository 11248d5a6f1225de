import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomToken } from "@/lib/crypto/random";
import { codeOf, createSignInWorld, type SignInWorld, type TestUser } from "./testing/sign-in-world";
import { TestBrowser } from "./testing/test-browser";

let world: SignInWorld;
beforeAll(async () => {
  world = await createSignInWorld();
});
afterAll(() => world.close());

/** Signs a user in, in a browser that holds a session cookie already. */
async function signInWith(user: TestUser, planted: string | null): Promise<TestBrowser> {
  const browser = new TestBrowser(world);
  if (planted !== null) browser.cookies.set(browser.names.session.name, planted);
  await browser.passPassword(user);
  expect((await browser.sendCode(codeOf(user))).status).toBe(200);
  return browser;
}

const whoIs = async (token = "") => (await world.sessions.resolve(token))?.user.id ?? null;

describe("session.fixation: the attack is a session cookie that its planter knows, in somebody else's browser", () => {
  it("a made-up one is not the session after the sign-in", async () => {
    const user = await world.addUser();
    const planted = randomToken();
    const { sessionToken } = await signInWith(user, planted);
    expect(sessionToken).not.toBe(planted);
    expect([await whoIs(planted), await whoIs(sessionToken)]).toEqual([null, user.userId]);
  });

  it("the planter's own ends with the visitor's sign-in, and does not become the visitor's", async () => {
    const [planter, visitor] = [await world.addUser(), await world.addUser()];
    const { sessionToken: planted = "" } = await signInWith(planter, null);
    const { sessionToken } = await signInWith(visitor, planted);
    expect(sessionToken).not.toBe(planted);
    expect([await whoIs(planted), await whoIs(sessionToken)]).toEqual([null, visitor.userId]);
  });

  it("two of them at once are none, whichever comes first", async () => {
    const user = await world.addUser();
    const { sessionToken = "", names } = await signInWith(user, null);
    const face = async (cookie: string) => {
      const browser = new TestBrowser(world);
      return (await browser.send("GET", "session", { headers: { cookie } })).json();
    };
    const [mine, planted] = [`${names.session.name}=${sessionToken}`, `${names.session.name}=${randomToken()}`];
    expect(await face(mine)).toMatchObject({ user: { email: user.email } });
    for (const cookie of [`${mine}; ${planted}`, `${planted}; ${mine}`]) expect(await face(cookie)).toEqual({});
  });
});
