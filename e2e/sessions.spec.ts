import type { Page } from "@playwright/test";
import { givePasskey } from "./fixtures/passkey";
import { actAs, addMerchant, addSession, CHROME, FIREFOX, SESSION_COOKIE } from "./fixtures/people";
import { expect, test } from "./fixtures/test";
import { SignInPages } from "./pages/sign-in-pages";

const rowOf = (page: Page, text: string | RegExp) => page.getByRole("row").filter({ hasText: text });

/** Whether the cookie still opens a page. */
async function opens(url: string, token: string): Promise<boolean> {
  const headers = { cookie: `${SESSION_COOKIE}=${token}` };
  return (await fetch(new URL("/transactions", url), { headers, redirect: "manual" })).status === 200;
}

test("lists where one is signed in, and revokes one, then all others, at once", async ({
  page,
  demo,
  ownerDatabase,
  signInAs,
}) => {
  const { email, token } = await signInAs("viewer");
  const windows = await addSession(ownerDatabase, email, { userAgent: CHROME, ip: "192.0.2.44" });
  const linux = await addSession(ownerDatabase, email, { userAgent: FIREFOX, ip: "192.0.2.45" });
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Sessions" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sessions" })).toBeVisible();
  await expect(page.getByText("Times in")).toHaveCount(1);
  await expect(rowOf(page, "This device")).toHaveCount(1);
  await expect(rowOf(page, "This device").getByRole("button")).toHaveCount(0);
  await expect(rowOf(page, "Chrome on Windows")).toContainText("192.0.2.44");
  await expect(page.getByRole("button", { name: "Revoke", exact: true })).toHaveCount(2);

  const revoke = rowOf(page, "Chrome on Windows").getByRole("button", { name: "Revoke" });
  await expect(revoke).toHaveAccessibleDescription("Chrome on Windows");
  await revoke.click();
  const outcome = page.getByRole("main").getByRole("status").first();
  await expect(outcome).toHaveText("Revoked. That browser has to sign in again.");
  await expect(outcome.locator(":focus"), "the pressed button is gone").toHaveCount(1);
  await expect(rowOf(page, "Chrome on Windows")).toContainText("You revoked it");
  expect(await opens(demo.url, windows)).toBe(false);
  expect(await opens(demo.url, linux)).toBe(true);

  await page.getByRole("button", { name: "Revoke all others" }).click();
  await expect(outcome, "one outcome at a time").toHaveText("Revoked one other session.");
  await expect(outcome.locator(":focus")).toHaveCount(1);
  await expect(rowOf(page, "Firefox on Linux")).toContainText("You revoked it");
  await expect(page.getByRole("button", { name: "Revoke", exact: true })).toHaveCount(0);
  expect(await opens(demo.url, linux)).toBe(false);
  expect(await opens(demo.url, token)).toBe(true);
  await page.reload();
  await expect(rowOf(page, "This device")).toHaveCount(1);
});

test("an ended session keeps its reason: idle, too old, taken by a newer sign-in, signed out", async ({
  page,
  demo,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("viewer");
  await addSession(ownerDatabase, email, { userAgent: CHROME, madeSecondsAgo: 2000, seenSecondsAgo: 1000 });
  await addSession(ownerDatabase, email, { userAgent: FIREFOX, madeSecondsAgo: 43_300, seenSecondsAgo: 200 });
  await page.goto("/sessions");
  await expect(rowOf(page, "Chrome on Windows")).toContainText("Ended after 15 minutes without use");
  await expect(rowOf(page, "Firefox on Linux")).toContainText("Ended 12 hours after sign-in");

  // Three live ones of the demo's viewer, then a real sign-in: the oldest goes.
  const oldest = await addSession(ownerDatabase, demo.viewer.email, { userAgent: CHROME, madeSecondsAgo: 300 });
  await addSession(ownerDatabase, demo.viewer.email, { madeSecondsAgo: 200 });
  await addSession(ownerDatabase, demo.viewer.email, { madeSecondsAgo: 100 });
  await page.context().clearCookies();
  await page.goto("/login?callbackUrl=/sessions");
  await new SignInPages(page).signIn(demo.viewer);
  await expect(page).toHaveURL("/sessions");
  await expect(rowOf(page, "Chrome on Windows").first()).toContainText("A newer sign-in took its place");
  expect(await opens(demo.url, oldest)).toBe(false);

  const other = await addSession(ownerDatabase, demo.viewer.email, { userAgent: FIREFOX });
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  await page.context().addCookies([{ name: SESSION_COOKIE, value: other, url: demo.url }]);
  await page.goto("/sessions");
  await expect(rowOf(page, "Signed out").first()).toContainText("Authenticator app");
});

test("the same: signed in again in this browser, revoked by somebody else, account disabled", async ({
  page,
  demo,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("viewer");
  await givePasskey(page, ownerDatabase, email);
  // A page of sign-in that was left open, while the browser was signed in elsewhere.
  await page.context().clearCookies();
  await page.goto("/login?callbackUrl=/sessions");
  const before = await addSession(ownerDatabase, email, { userAgent: CHROME });
  await page.context().addCookies([{ name: SESSION_COOKIE, value: before, url: demo.url }]);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page).toHaveURL("/sessions");
  await expect(rowOf(page, "Chrome on Windows")).toContainText("This browser signed in again");
  expect(await opens(demo.url, before)).toBe(false);

  // No page of ours does these yet: whoever runs the server does.
  const others = [
    ["revoked", FIREFOX, "192.0.2.71", "Somebody else revoked it"],
    ["user_disabled", FIREFOX, "192.0.2.72", "Account disabled"],
  ] as const;
  for (const [reason, userAgent, ip, words] of others) {
    await addSession(ownerDatabase, email, { userAgent, ip });
    await ownerDatabase.begin(async (tx) => {
      await actAs(tx, "");
      await tx`update sessions set ended_at = now(), ended_reason = ${reason} where ended_at is null and ip = ${ip}`;
    });
    await page.reload();
    await expect(rowOf(page, ip)).toContainText(words);
  }
});

test("device.bound: the attack is a stolen session cookie, used by a browser without the one that it is bound to", async ({
  page,
  demo,
  ownerDatabase,
}) => {
  const email = await addMerchant(ownerDatabase, "revoke");
  await givePasskey(page, ownerDatabase, email);
  await page.goto("/login?callbackUrl=/sessions");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page).toHaveURL("/sessions");
  await page.reload();
  await expect(rowOf(page, "This device")).toHaveCount(1);
  const token = (await page.context().cookies()).find(({ name }) => name === SESSION_COOKIE)?.value ?? "";
  expect(await opens(demo.url, token)).toBe(false);
  await page.goto("/sessions");
  await expect(page).toHaveURL(/\/login\?callbackUrl=/);
  await expect(page.getByRole("main").getByRole("status").first()).toContainText("used from another browser");
});

test("under a session that was revoked meanwhile, a button leads to the sign-in and back", async ({
  page,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("viewer");
  await page.goto("/sessions");
  await ownerDatabase.begin(async (tx) => {
    await tx`select set_config('countinghouse.context', '{"actorType":"system","actorId":"e2e"}', true)`;
    await tx`
      update sessions set ended_at = now(), ended_reason = 'revoked'
       where user_id = (select id from users where email = ${email})`;
  });
  await page.getByRole("button", { name: "Revoke all others" }).click();
  await expect(page).toHaveURL(/\/login\?callbackUrl=%2Fsessions/);
  const [entry] = await ownerDatabase`
    select new_values ->> 'reason' as reason from audit_entries
     where action = 'session.refused' and actor_id = (select id from users where email = ${email})`;
  expect(entry).toEqual({ reason: "revoked" });
});

const WHY_SIGNED_OUT = [
  ["revoked", "You were signed out because this session was revoked."],
  ["evicted", "You were signed out because newer sign-ins took this one's place."],
  ["password_changed", "You were signed out because your password was changed."],
  ["address_changed", "You were signed out because your network address changed."],
] as const;

test("the sign-in says why this browser has to, and no address can make it say so", async ({
  page,
  demo,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("viewer");
  const main = page.getByRole("main");
  for (const [reason, words] of WHY_SIGNED_OUT) {
    const value = await addSession(ownerDatabase, email);
    await page.context().addCookies([{ name: SESSION_COOKIE, value, url: demo.url }]);
    await ownerDatabase.begin(async (tx) => {
      await actAs(tx, "");
      await tx`
        update sessions set ended_at = now(), ended_reason = ${reason}
         where ended_at is null and user_id = (select id from users where email = ${email})`;
    });
    await page.goto("/sessions");
    await expect(page).toHaveURL(/\/login\?callbackUrl=%2Fsessions/);
    await expect(main.getByRole("status").first()).toHaveText(words);
  }
  const rotated = await addSession(ownerDatabase, email);
  await ownerDatabase.begin(async (tx) => {
    await actAs(tx, "");
    await tx`
      update sessions set previous_token_hash = token_hash, token_hash = sha256(token_hash)
       where ended_at is null and user_id = (select id from users where email = ${email})`;
  });
  const idle = await addSession(ownerDatabase, email, { madeSecondsAgo: 2000, seenSecondsAgo: 1000 });
  const old = await addSession(ownerDatabase, email, { madeSecondsAgo: 43_300, seenSecondsAgo: 200 });
  for (const [value, words] of [
    [rotated, "Your session goes on elsewhere. If you do not know why, sign in and revoke it under Sessions."],
    [idle, "You were signed out after 15 minutes without use."],
    [old, "You were signed out 12 hours after you had signed in."],
  ] as const) {
    await page.context().addCookies([{ name: SESSION_COOKIE, value, url: demo.url }]);
    await page.goto("/");
    await expect(main.getByRole("status").first()).toHaveText(words);
  }

  await page.context().clearCookies();
  await page.goto("/login?reason=revoked&why=revoked&ended=revoked&error=You+were+signed+out");
  await expect(main.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(main).not.toContainText("You were signed out");
});

test("the attack is to revoke the session of another merchant's person by its id", async ({
  page,
  demo,
  ownerDatabase,
  signInAs,
}) => {
  const stranger = await addSession(ownerDatabase, demo.other.owner.email, {});
  const [row] = await ownerDatabase`
    select id from sessions where user_id = (select id from users where email = ${demo.other.owner.email})
     order by created_at desc limit 1`;
  const { email } = await signInAs("owner");
  await addSession(ownerDatabase, email, { userAgent: CHROME });
  await page.goto("/sessions");
  await page.locator("input[name=sessionId]").evaluate((field: HTMLInputElement, id) => {
    field.value = id;
  }, row?.id);
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByRole("main").getByRole("status").first()).toContainText("There is no such session");
  expect(await opens(demo.url, stranger)).toBe(true);
  const [entry] = await ownerDatabase`
    select outcome from audit_entries where action = 'session.revoke_refused' and resource_id = ${row?.id}`;
  expect(entry).toEqual({ outcome: "denied" });
});

test.describe("used from another address", () => {
  test("a held session opens nothing until its user proves who they are", async ({ page, demo, ownerDatabase }) => {
    const email = await addMerchant(ownerDatabase, "step_up");
    const token = await addSession(ownerDatabase, email, { ip: "192.0.2.99" });
    await givePasskey(page, ownerDatabase, email);
    await page.context().addCookies([{ name: SESSION_COOKIE, value: token, url: demo.url }]);
    await page.goto("/transactions?status=failed");
    await expect(page).toHaveURL(/\/login\/confirm\?callbackUrl=/);
    await expect(new SignInPages(page).heading("Verify it's you")).toBeVisible();
    const headers = { cookie: `${SESSION_COOKIE}=${token}` };
    expect((await fetch(new URL("/transactions/export", demo.url), { headers })).status).toBe(401);
    const session = await fetch(new URL("/api/auth/session", demo.url), { headers });
    expect(await session.json()).not.toHaveProperty("user");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await expect(page).toHaveURL("/transactions?status=failed");
    await expect(page.getByRole("heading", { level: 1, name: "Transactions" })).toBeVisible();
    // A new token: whoever copied the old one has nothing.
    expect(await opens(demo.url, token)).toBe(false);
  });

  test("revoke: it ends, and both the sign-in and the list say so", async ({ page, demo, ownerDatabase }) => {
    const email = await addMerchant(ownerDatabase, "revoke");
    const token = await addSession(ownerDatabase, email, { userAgent: FIREFOX, ip: "192.0.2.99" });
    await page.context().addCookies([{ name: SESSION_COOKIE, value: token, url: demo.url }]);
    await page.goto("/transactions?status=failed");
    await expect(page).toHaveURL(/\/login\?callbackUrl=/);
    await expect(page.getByRole("main").getByRole("status").first()).toContainText("your network address changed");
    expect(await opens(demo.url, token)).toBe(false);
    await ownerDatabase.begin(async (tx) => {
      await actAs(tx, "");
      await tx`
        update merchants set ip_policy = 'log' where id = (select merchant_id from users where email = ${email})`;
    });
    const fresh = await addSession(ownerDatabase, email);
    await page.context().addCookies([{ name: SESSION_COOKIE, value: fresh, url: demo.url }]);
    await page.goto("/sessions");
    await expect(rowOf(page, "Used from another address")).toContainText("Firefox on Linux");
  });
});
