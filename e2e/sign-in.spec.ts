import { SESSION_COOKIE } from "./fixtures/people";
import { expect, test } from "./fixtures/test";
import { freshCode } from "./fixtures/totp";
import { SignInPages } from "./pages/sign-in-pages";

test("signs in with password and authenticator, lands on the page asked for, and signs out for good", async ({
  page,
  demo,
}) => {
  const signIn = new SignInPages(page);
  await page.goto("/transactions?status=failed");
  await expect(page).toHaveURL(/\/login\?callbackUrl=/);
  await expect(signIn.heading("Sign in")).toBeVisible();

  await signIn.enterPassword({ email: demo.owner.email, password: "not-the-password-0000" });
  await expect(signIn.refusal).toHaveText("Email or password is not right.");
  await expect(signIn.refusal).toBeFocused();
  await expect(signIn.email).toHaveValue(demo.owner.email);
  await expect(signIn.password).toHaveValue("");

  await signIn.enterPassword(demo.owner);
  await expect(signIn.heading("Verify it's you")).toBeVisible();
  // A right password alone opens no page.
  for (const path of ["/", "/transactions", "/audit"]) {
    const answer = await page.request.get(path, { maxRedirects: 0 });
    expect(answer.headers()).toMatchObject({ location: expect.stringMatching(/^\/login/) });
  }

  // Half-typed and mistyped codes must not count as tries: only the person submits.
  const sent: string[] = [];
  page.on("request", (request) => request.url().includes("/api/auth/callback") && sent.push(request.method()));
  const code = await freshCode(demo.owner.totpSecret);
  await signIn.code.pressSequentially(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.waitForTimeout(500);
  expect(sent).toEqual([]);
  await signIn.verify.click();
  await expect(page).toHaveURL("/transactions?status=failed");
  expect(sent).toEqual(["POST"]);
  await expect(page.getByRole("heading", { level: 1, name: "Transactions" })).toBeVisible();

  const session = (await page.context().cookies()).find(({ name }) => /session/.test(name));
  // 32 random bytes and nothing to read in them; no script may have it.
  expect(session).toMatchObject({ name: SESSION_COOKIE, httpOnly: true, sameSite: "Lax", path: "/" });
  expect(session?.value).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const cookie = `${SESSION_COOKIE}=${session?.value}`;
  const visit = () => fetch(new URL("/transactions", demo.url), { headers: { cookie }, redirect: "manual" });
  expect((await visit()).status).toBe(200);

  await page.getByRole("button", { name: "Account" }).click();
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === "/api/auth/signout");
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  expect(await (await answer).headerValue("clear-site-data")).toBe('"cache", "storage"');
  await expect(signIn.heading("Sign in")).toBeVisible();
  expect((await page.context().cookies()).filter(({ name }) => name === SESSION_COOKIE)).toEqual([]);

  // Whoever copied the cookie while it lived has nothing now.
  const dead = await visit();
  expect(dead.status).toBe(307);
  expect(dead.headers.get("location")).toContain("/login");
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Transactions" })).toBeHidden();
});

// The attack: a link to the real sign-in page that leads on to a copy of ours, which asks for another code.
test("sign-in.open-redirect: a callbackUrl of another origin leads home", async ({ page, demo }) => {
  const signIn = new SignInPages(page);
  await page.goto(`/login?callbackUrl=${encodeURIComponent("//evil.example/transactions")}`);
  await signIn.enterPassword(demo.viewer);
  await expect(signIn.heading("Verify it's you")).toBeVisible();
  expect(page.url()).not.toContain("evil");

  await page.goto(`/login/verify?callbackUrl=${encodeURIComponent("https://evil.example/transactions")}`);
  await signIn.enterCode(await freshCode(demo.viewer.totpSecret));
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await expect(page).toHaveURL(`${demo.url}/`);
});
