import type { BrowserContext, Page } from "@playwright/test";
import type { Sql } from "postgres";
import { readCode, readMessage } from "./fixtures/outbox";
import { seriousViolations, sidewaysScroll } from "./fixtures/page-quality";
import { givePasskey } from "./fixtures/passkey";
import { givePassword } from "./fixtures/people";
import { expect, test } from "./fixtures/test";
import { SecurityPage } from "./pages/security-page";
import { SignInPages } from "./pages/sign-in-pages";

// Refused codes answer 401, and browsers say so.
test.use({ expectedConsole: /status of 401/ });
test.setTimeout(120_000);

const link = (page: Page, name: string) => page.getByRole("link", { name, exact: true });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** As if the pause between two codes were over. */
async function forgetPause(sql: Sql, email: string): Promise<void> {
  await sql`delete from rate_limit_hits where subject like '%:' || (select id from users where email = ${email})`;
}

/** Ends the session and comes back with the password alone. */
async function enterPassword(page: Page, person: { email: string; password: string }): Promise<SignInPages> {
  const signIn = new SignInPages(page);
  await page.context().clearCookies();
  await page.goto("/login");
  await signIn.enterPassword(person);
  await expect(signIn.heading("Verify it's you")).toBeVisible();
  return signIn;
}

async function signInCode(context: BrowserContext, to: string, but = "none"): Promise<string> {
  let code = "";
  await expect
    .poll(async () => {
      code = /(\d{6}) is your/.exec(await readMessage(context, to, /\d{6} is your/))?.[1] ?? "";
      return code;
    })
    .not.toBe(but);
  return code;
}

async function expectGood(page: Page): Promise<void> {
  expect(await seriousViolations(page)).toEqual([]);
  expect(await sidewaysScroll(page)).toBe(0);
}

/** The field is emptied when the refusal is shown: what stood there of an earlier one is not read. */
async function expectRefused(signIn: SignInPages, code: string, because: string): Promise<void> {
  await signIn.enterCode(code);
  await expect(signIn.code).toHaveValue("");
  await expect(signIn.refusal).toContainText(because);
}

const spaced = (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`;
const fullWidth = (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
const another = (code: string) => code.replace(/^\d/, (digit) => String((Number(digit) + 1) % 10));

test("signs in by a text message: sent when asked for, masked, limited, once", async ({
  page,
  context,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("operator");
  await givePasskey(page, ownerDatabase, email);
  const password = await givePassword(ownerDatabase, email);
  const digits = String(Math.floor(Math.random() * 100_000)).padStart(5, "0");
  const phone = `+9198765${digits}`;
  const security = new SecurityPage(page);
  await security.open();
  await security.turnOnTextMessages(phone, (to) => readCode(context, to));

  const signIn = await enterPassword(page, { email, password });
  await expect(button(page, "Use a passkey")).toBeVisible();
  await expect(link(page, "Use email")).toHaveCount(0);
  await link(page, "Use a text message").click();
  await expect(button(page, "Send code")).toBeFocused();
  await expectGood(page);
  await expect(page.getByRole("main")).toContainText(`•••• ${digits.slice(-2)}`);
  await expect(page.getByRole("main")).not.toContainText(digits);

  // The code of the enrolment was sent a moment ago.
  await page.keyboard.press("Enter");
  await expect(signIn.refusal).toContainText("A code was sent a moment ago.");
  await expect(signIn.refusal).toBeFocused();
  await forgetPause(ownerDatabase, email);
  await button(page, "Send code").click();
  await expect(signIn.code).toBeFocused();
  await expectGood(page);
  const first = await signInCode(context, phone);

  // What is no code costs no try: after all of these, the right one is taken.
  for (const typed of ["12345", "1234567", "no code"]) {
    await expectRefused(signIn, typed, "The code has six digits. Type the newest one that we sent.");
  }
  await expectRefused(signIn, another(first), "not accepted");
  await forgetPause(ownerDatabase, email);
  await button(page, "Send another code").click();
  await expect(page.getByRole("status").filter({ hasText: "Another code is on its way" })).toBeVisible();
  const second = await signInCode(context, phone, first);
  await expectRefused(signIn, first, "not accepted");
  await signIn.enterCode(fullWidth(spaced(second)));
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();

  // Once, and for that sign-in.
  const again = await enterPassword(page, { email, password });
  await link(page, "Use a text message").click();
  await forgetPause(ownerDatabase, email);
  await button(page, "Send code").click();
  await expectRefused(again, second, "not accepted");
});

test("signs in by e-mail, to the page that was asked for, and a reload keeps the field", async ({
  page,
  context,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("developer");
  await givePasskey(page, ownerDatabase, email);
  const password = await givePassword(ownerDatabase, email);
  const security = new SecurityPage(page);
  await security.open();
  await security.turnOnEmailCodes(email, (to) => readCode(context, to));
  await forgetPause(ownerDatabase, email);

  await context.clearCookies();
  await page.goto("/transactions?status=failed");
  const signIn = new SignInPages(page);
  await signIn.enterPassword({ email, password });
  await link(page, "Use email").click();
  await expect(page.getByRole("main")).toContainText(`${email[0]}•••@e2e.example`);
  await button(page, "Send code").click();
  await expect(signIn.code).toBeFocused();
  const code = await signInCode(context, email);
  await page.reload();
  await signIn.enterCode(spaced(code));
  await expect(page).toHaveURL("/transactions?status=failed");
});

test("signs in by a recovery code, as it was copied from paper, once", async ({ page, ownerDatabase, signInAs }) => {
  const { email } = await signInAs("admin");
  await givePasskey(page, ownerDatabase, email);
  const password = await givePassword(ownerDatabase, email);
  const security = new SecurityPage(page);
  await security.open();
  await security.button("Make recovery codes").click();
  await security.confirmWithPasskey();
  const items = security.section("Recovery codes").getByRole("listitem");
  await expect(items).toHaveCount(10);
  const [code = ""] = await items.allTextContents();

  const typed = ` ${code.toLowerCase().replaceAll("-", " ")} `;
  const field = page.getByRole("textbox", { name: "Recovery code" });
  await enterPassword(page, { email, password });
  await link(page, "Use a recovery code").click();
  await expect(field).toBeFocused();
  await expectGood(page);
  await field.fill(typed);
  await button(page, "Verify").click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();

  const signIn = await enterPassword(page, { email, password });
  await link(page, "Use a recovery code").click();
  await field.fill("123456");
  await button(page, "Verify").click();
  await expect(signIn.refusal).toContainText("A recovery code has 14 letters and digits.");
  await field.fill(typed);
  await button(page, "Verify").click();
  await expect(signIn.refusal).toContainText("That recovery code was not accepted.");
});

test("what a person has not is not offered, nor by its address", async ({ page, demo }) => {
  const signIn = new SignInPages(page);
  await page.goto("/login");
  await signIn.enterPassword(demo.viewer);
  await signIn.heading("Verify it's you").waitFor();
  for (const method of ["totp", "passkey", "sms", "email", "recovery_code", "nothing"]) {
    await page.goto(`/login/verify?method=${method}`);
    await expect(signIn.code).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Other ways" })).toHaveCount(0);
  }
});
