import type { Page } from "@playwright/test";
import postgres from "postgres";
import { type EmptyServer, startEmptyServer } from "./fixtures/empty-server";
import { layoutShift, seriousViolations, sidewaysScroll } from "./fixtures/page-quality";
import { expect, test } from "./fixtures/test";
import { freshCode, wrongCodes } from "./fixtures/totp";
import { SignInPages } from "./pages/sign-in-pages";

const OWNER = { email: "asha@saffron.example", password: "tangerine umbrella 40" };

let server: EmptyServer;

test.describe.configure({ mode: "serial", timeout: 180_000 });
test.beforeAll(async () => {
  server = await startEmptyServer();
});
test.afterAll(() => server.stop());
// A page that is not there, before and after.
test.use({ expectedConsole: /404 \(Not Found\)/, locale: "en-IN", timezoneId: "Asia/Calcutta" });

async function fillIn(page: Page, password: string): Promise<void> {
  await page.getByLabel("Business name").fill("Saffron & Clove");
  await page.getByLabel("Your name").fill("Asha Rao");
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Continue" }).click();
}

async function readSecret(page: Page): Promise<string> {
  await expect(page.getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible();
  return ((await page.locator("main code").textContent()) ?? "").replaceAll(" ", "");
}

const counted = async (table: "merchants" | "users") => {
  const sql = postgres(server.ownerUrl, { max: 1 });
  const [row] = await sql`select count(*)::int as count from ${sql(table)}`;
  await sql.end();
  return row?.count;
};

test("makes the merchant and its owner, with a factor before the first page, and then never again", async ({
  page,
  browser,
}) => {
  await page.goto(`${server.url}/`);
  await expect(page).toHaveURL(`${server.url}/setup`);
  await expect(page.getByRole("heading", { level: 1, name: "Set up Countinghouse" })).toBeVisible();
  await expect(page.getByLabel("Time zone")).toHaveValue("Asia/Kolkata");
  await expect(page.getByLabel("Country")).toHaveValue("IN");
  expect(await seriousViolations(page)).toEqual([]);
  expect(await layoutShift(page)).toBeLessThan(0.1);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await sidewaysScroll(page)).toBe(0);

  await fillIn(page, "password1234!");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("attackers try first");
  await expect(page.getByLabel("Business name")).toHaveValue("Saffron & Clove");
  await expect(page.getByLabel("Time zone")).toHaveValue("Asia/Kolkata");
  expect(await counted("merchants")).toBe(0);

  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: "Continue" }).click();
  const secret = await readSecret(page);
  expect(await seriousViolations(page)).toEqual([]);
  expect(await sidewaysScroll(page)).toBe(0);

  // Somebody else is at it at the same time.
  const rival = await (await browser.newContext({ locale: "en-IN" })).newPage();
  await rival.goto(`${server.url}/setup`);
  await fillIn(rival, "correct horse battery 7");
  const rivalSecret = await readSecret(rival);

  await page.getByLabel("Authentication code").fill(wrongCodes(secret)[0] ?? "");
  await page.getByRole("button", { name: "Finish" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("not right");
  expect([await counted("merchants"), await counted("users")]).toEqual([0, 0]);

  await page.getByLabel("Authentication code").fill(await freshCode(secret));
  await page.getByRole("button", { name: "Finish" }).click();
  await expect(page.getByRole("heading", { name: "Keep your recovery codes" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem")).toHaveCount(10);
  expect(await seriousViolations(page)).toEqual([]);
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  expect((await downloading).suggestedFilename()).toBe("countinghouse-recovery-codes.txt");

  await rival.getByLabel("Authentication code").fill(await freshCode(rivalSecret));
  await rival.getByRole("button", { name: "Finish" }).click();
  await expect(rival.getByRole("main").getByRole("alert")).toContainText("has been set up already");
  await rival.getByRole("link", { name: "Sign in" }).click();
  await expect(rival.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  await rival.context().close();

  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("link", { name: "Go to Home" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await expect(page.getByRole("banner").getByText("Saffron & Clove")).toBeVisible();
  const session = (await page.context().cookies()).find(({ name }) => /session/.test(name));
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  expect((await page.context().cookies()).filter(({ name }) => name.includes("setup"))).toEqual([]);
  expect([await counted("merchants"), await counted("users")]).toEqual([1, 1]);
});

test("setup.404-after: the attack is to become owner of a server that has one", async ({ page, browser }) => {
  expect((await page.goto(`${server.url}/setup`))?.status()).toBe(404);
  await expect(page).toHaveTitle("Not found · Countinghouse");
  const answer = await page.request.post(`${server.url}/setup/finish`, {
    headers: { origin: server.url, "content-type": "application/json" },
    data: { code: "123456" },
  });
  expect(answer.status()).toBe(404);
  expect(await answer.json()).toMatchObject({ kind: "failed" });
  expect([await counted("merchants"), await counted("users")]).toEqual([1, 1]);

  const fresh = await (await browser.newContext()).newPage();
  await fresh.goto(`${server.url}/setup`);
  await expect(fresh.getByText("There is nothing at this address")).toBeVisible();
  await fresh.goto(`${server.url}/`);
  await new SignInPages(fresh).enterPassword(OWNER);
  await expect(new SignInPages(fresh).heading("Verify it's you")).toBeVisible();
  await fresh.context().close();
});

test("nothing of a secret is in the server's log", () => {
  for (const secret of [OWNER.password, "password1234!", "otpauth:"]) expect(server.log()).not.toContain(secret);
});
