import { readMessage } from "./fixtures/outbox";
import { SESSION_COOKIE } from "./fixtures/people";
import { expect, test } from "./fixtures/test";
import { SignInPages } from "./pages/sign-in-pages";

// Codes work once each, and the next one comes within half a minute.
test.setTimeout(150_000);

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

test("a sign-in from a new browser is told by e-mail, and the link in it ends that session, once", async ({
  page,
  browser,
  secondOwner: person,
}) => {
  await page.goto("/login");
  await new SignInPages(page).signIn(person);

  // Somebody who has the password and a code, on a browser of their own.
  const elsewhere = await browser.newContext({ userAgent: FIREFOX });
  const theirs = await elsewhere.newPage();
  await theirs.goto("/login");
  await new SignInPages(theirs).signIn(person);
  const isIn = async () => (await theirs.request.get("/sessions", { maxRedirects: 0 })).status() === 200;
  expect(await isIn()).toBe(true);

  const mail = await readMessage(page.context(), person.email, /new sign-in from Firefox on Linux/);
  expect(mail).toMatch(/Address: (127\.0\.0\.1|::1)/);
  const link = /http:\/\/\S+\/revoke#[A-Za-z0-9_-]{43}/.exec(mail)?.[0] ?? "";
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1, name: "End a session" })).toBeVisible();
  const end = page.getByRole("button", { name: "End that session" });
  await expect(end).toBeVisible();
  // The token is out of the address; and looking at the page has ended nothing.
  expect(new URL(page.url()).hash).toBe("");
  expect(await isIn()).toBe(true);

  await end.click();
  await expect(page.getByRole("main").getByRole("status")).toContainText("That session has ended");
  expect(await isIn()).toBe(false);
  await theirs.goto("/transactions");
  await expect(new SignInPages(theirs).heading("Sign in")).toBeVisible();
  expect((await page.context().cookies()).map(({ name }) => name)).toContain(SESSION_COOKIE);

  await page.goto("/sessions");
  const ended = page.getByRole("row").filter({ hasText: "Firefox" }).first();
  await expect(ended).toContainText("You revoked it");

  await page.goto("/login");
  await page.goto(link);
  await end.click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("This link does not work any more");
  await elsewhere.close();
});

test("a link without a token ends nothing, and says what to do", async ({ page }) => {
  await page.goto("/revoke#short");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("This link does not work any more");
  await expect(page.getByRole("link", { name: "Look at sessions" })).toHaveAttribute("href", "/sessions");
});
