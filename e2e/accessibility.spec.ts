import type { Page } from "@playwright/test";
import { layoutShift, seriousViolations, sidewaysScroll } from "./fixtures/page-quality";
import { givePasskey } from "./fixtures/passkey";
import { addMerchant, addSession, SESSION_COOKIE } from "./fixtures/people";
import { newReference, pay } from "./fixtures/shop";
import { expect, test } from "./fixtures/test";
import { SignInPages } from "./pages/sign-in-pages";

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
const LAYOUT_SHIFT_MAX = 0.05;
const LOOKS = [
  { colorScheme: "light", viewport: WIDE },
  { colorScheme: "dark", viewport: NARROW },
] as const;
/** The other two, for `npm run test:full`: axe reads a long page for seconds. */
const OTHER_LOOKS = [
  { colorScheme: "dark", viewport: WIDE },
  { colorScheme: "light", viewport: NARROW },
] as const;

// What is measured is the page, not the machine.
test.slow();

/** Each page, both themes and both widths: nothing serious for axe, nothing jumps, nothing scrolls sideways. */
async function expectGood(page: Page, path: string): Promise<void> {
  for (const { colorScheme, viewport } of process.env.TEST_FULL === "1" ? [...LOOKS, ...OTHER_LOOKS] : LOOKS) {
    const where = `${path} ${colorScheme} ${viewport.width}`;
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // From elsewhere: a path that differs in its fragment alone would not be loaded again.
    await page.goto("about:blank");
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await layoutShift(page), where).toBeLessThanOrEqual(LAYOUT_SHIFT_MAX);
    expect(await sidewaysScroll(page), where).toBe(0);
    expect(await seriousViolations(page), where).toEqual([]);
  }
}

test("good for everybody: /login", async ({ page }) => {
  await expectGood(page, "/login");
});

test("good for everybody: /revoke", async ({ page }) => {
  await expectGood(page, `/revoke#${"A".repeat(43)}`);
});

test("good for everybody: /outbox", async ({ page }) => {
  await expectGood(page, "/outbox");
});

test("good for everybody: /login/verify", async ({ page, demo }) => {
  await page.goto("/login");
  await new SignInPages(page).enterPassword(demo.viewer);
  await new SignInPages(page).heading("Verify it's you").waitFor();
  await expectGood(page, "/login/verify");
});

for (const path of [
  ...["/", "/transactions", "/transactions?q=nothing-like-it", "/payments/new", "/audit", "/security"],
  ...["/customers", "/customers?q=nobody", "/cards"],
  ...["/developers", "/developers?tab=webhooks", "/developers?tab=requests", "/developers?tab=idempotency"],
]) {
  test(`good for everybody: ${path}`, async ({ page, signInAs }) => {
    await signInAs("owner");
    await expectGood(page, path);
  });
}

test("good for everybody: /sessions", async ({ page, ownerDatabase, signInAs }) => {
  const { email } = await signInAs("viewer");
  const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  await addSession(ownerDatabase, email, { userAgent, ip: "2001:db8:1234:5678:9abc:def0:1234:5678" });
  await addSession(ownerDatabase, email, { userAgent, ip: "192.0.2.1", madeSecondsAgo: 2000 });
  await expectGood(page, "/sessions");
});

test("good for everybody: /login/confirm", async ({ page, demo, ownerDatabase }) => {
  const email = await addMerchant(ownerDatabase, "step_up");
  await givePasskey(page, ownerDatabase, email);
  const value = await addSession(ownerDatabase, email, { ip: "192.0.2.99" });
  await page.context().addCookies([{ name: SESSION_COOKIE, value, url: demo.url }]);
  await expectGood(page, "/login/confirm");
});

test("good for everybody: a payment", async ({ page, api, signInAs }) => {
  const { payment } = await pay(api, { reference: newReference("a-reference-of-some-length-that-must-wrap") });
  await signInAs("owner");
  await expectGood(page, `/transactions/${payment.id}`);
});

test("good for everybody: a customer", async ({ page, api, signInAs }) => {
  const body = { name: "Somebody with a name that has to wrap on a narrow screen", email: "a@example.com" };
  const { text } = await api.call("POST", "/customers", { body: { ...body, metadata: { tier: "gold" } } });
  await signInAs("owner");
  await expectGood(page, `/customers/${(JSON.parse(text) as { id: string }).id}`);
});

test("the keyboard alone reaches and opens a payment", async ({ page, signInAs }) => {
  await signInAs("operator");
  await page.goto("/transactions");
  const first = page.getByRole("table").getByRole("link").first();
  const id = (await first.getAttribute("href"))?.split("/").at(-1) ?? "";

  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();

  // All the way, in the order of the page.
  const way: string[] = [];
  while (way.length < 30 && !(await first.evaluate((link) => link === document.activeElement))) {
    await page.keyboard.press("Tab");
    // Not `:focus`, which a date field does not match while its calendar button has the focus.
    way.push(
      await page.evaluate(
        () => document.activeElement?.getAttribute("name") ?? document.activeElement?.textContent ?? "",
      ),
    );
  }
  const stations = ["Home", "Transactions", "Customers", "Cards", "Account", "Export CSV", "q", "status"];
  const places = stations.map((station) => way.findIndex((name) => name.includes(station)));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  await expect(first).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: id })).toBeVisible();
});

test("the skip link leads past the navigation, and / to the search", async ({ page, signInAs }) => {
  await signInAs("operator");
  await page.goto("/transactions");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Export CSV" })).toBeFocused();

  await page.keyboard.press("/");
  const search = page.getByRole("searchbox", { name: "Search" });
  await expect(search).toBeFocused();
  await expect(search).toHaveValue("");
  await page.keyboard.press("/");
  await expect(search).toHaveValue("/");
});
