import { Secret } from "otpauth";
import { readCode, readMessage } from "./fixtures/outbox";
import { seriousViolations } from "./fixtures/page-quality";
import { givePasskey } from "./fixtures/passkey";
import { addSession, FIREFOX, givePassword, SESSION_COOKIE } from "./fixtures/people";
import { expect, test } from "./fixtures/test";
import { freshCode } from "./fixtures/totp";
import { SecurityPage } from "./pages/security-page";
import { SignInPages } from "./pages/sign-in-pages";

// Codes work once each, and the next one comes within half a minute.
test.setTimeout(150_000);

test("an authenticator is added, replaced, signs in, and is removed, each change behind a proof", async ({
  page,
  context,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("operator");
  await givePasskey(page, ownerDatabase, email);
  const password = await givePassword(ownerDatabase, email);
  const security = new SecurityPage(page);
  const app = security.section("Authenticator app");
  const code = app.getByRole("textbox", { name: "Code from the app" });
  await security.open();

  await security.button("Add authenticator app").click();
  await expect(security.dialog).toContainText("Add an authenticator app to your account");
  await security.confirmWithPasskey();
  const first = await security.shownSecret();
  await expect(app.getByRole("img", { name: /QR code/ })).toBeVisible();
  await code.fill(await freshCode(new Secret({ size: 20 }).base32));
  await security.button("Confirm app").click();
  await expect(app.getByRole("alert")).toContainText("not accepted");
  await code.fill(await freshCode(first));
  await security.button("Confirm app").click();
  await expect(app.getByRole("status").first()).toContainText("Authenticator app added.");
  await readMessage(context, email, /authenticator app was added/i);

  await security.button("Replace authenticator app").click();
  await security.confirmWithCode(await freshCode(first));
  const second = await security.shownSecret();
  expect(second).not.toBe(first);
  await code.fill(await freshCode(second));
  await security.button("Confirm app").click();
  await expect(app.getByRole("status").first()).toContainText("Authenticator app replaced.");

  await context.clearCookies();
  await page.goto("/security");
  await new SignInPages(page).signIn({ email, password, totpSecret: second });
  await expect(page).toHaveURL("/security");

  await security.button("Remove authenticator app").click();
  await security.confirmWithPasskey();
  await expect(app.getByRole("status").first()).toContainText("Authenticator app removed.");
  await expect(security.button("Add authenticator app")).toBeVisible();
});

test("the dialog is for the keyboard too: it takes the focus, Escape gives it back, and nothing typed is lost", async ({
  page,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("viewer");
  await givePasskey(page, ownerDatabase, email);
  const security = new SecurityPage(page);
  await security.open();
  const phone = page.getByRole("textbox", { name: "Phone number" });
  await phone.focus();
  await page.keyboard.type("+91 98765 43210");
  await page.keyboard.press("Enter");
  await expect(security.dialog).toBeVisible();
  await expect(security.dialog).toContainText("+91 •••• 3210");
  expect(await seriousViolations(page)).toEqual([]);
  // Once round: the focus stays in the dialog, or is on the browser's own parts.
  for (let round = 0; round < 6; round += 1) {
    await page.keyboard.press("Tab");
    const place = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement === document.body || activeElement?.closest("dialog") !== null;
    });
    expect(place).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(security.dialog).toBeHidden();
  await expect(phone).toHaveValue("+91 98765 43210");
  await expect(phone).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(security.dialog.getByRole("button", { name: "Use a passkey" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Code from the message" })).toBeFocused();
});

test("codes by text message and by e-mail are turned on by one that arrived, and off again", async ({
  page,
  context,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("developer");
  await givePasskey(page, ownerDatabase, email);
  const security = new SecurityPage(page);
  await security.open();
  const text = security.section("Text message");
  const digits = String(Math.floor(Math.random() * 100_000)).padStart(5, "0");
  const phone = page.getByRole("textbox", { name: "Phone number" });
  for (const [typed, refusal] of [
    ["abc", "Type the whole number"],
    ["98765 43210", "with its plus and country code"],
    ["+91 12", "no such phone number"],
  ] as const) {
    await phone.fill(typed);
    await security.button("Send code by text").click();
    await expect(text.getByRole("alert")).toContainText(refusal);
  }
  await security.turnOnTextMessages(`+9198765${digits}`, (to) => readCode(context, to));
  await expect(text).toContainText(`+91 •••• ${digits.slice(1)}`);

  const mail = security.section("Email");
  await security.turnOnEmailCodes(email, (to) => readCode(context, to));

  await security.button("Remove phone number").click();
  // Neither of them confirms anything.
  await expect(security.dialog.getByRole("textbox")).toHaveCount(0);
  await security.confirmWithPasskey();
  await expect(text.getByRole("status").first()).toContainText("Codes by text message are off.");
  await security.button("Remove email codes").click();
  await security.confirmWithPasskey();
  await expect(mail.getByRole("status").first()).toContainText("Codes by email are off.");
});

test("recovery codes are shown once; one of them opens the way to a new authenticator, once", async ({
  page,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("admin");
  await givePasskey(page, ownerDatabase, email);
  const security = new SecurityPage(page);
  await security.open();
  const section = security.section("Recovery codes");
  await security.button("Make recovery codes").click();
  await security.confirmWithPasskey();
  await expect(section.getByRole("listitem")).toHaveCount(10);
  const codes = await section.getByRole("listitem").allTextContents();
  expect(new Set(codes).size).toBe(10);
  await expect(section.getByText("10 left")).toBeVisible();
  const download = page.waitForEvent("download");
  await section.getByRole("button", { name: /^Download/ }).click();
  expect((await download).suggestedFilename()).toMatch(/recovery-codes\.txt$/);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText(codes[0] ?? "", { exact: true })).toBeVisible();
  expect(await page.getByRole("button").filter({ visible: true }).count()).toBe(0);
  await page.emulateMedia({ media: "screen" });
  await security.button("I have kept them").click();
  await page.reload();
  await expect(page.getByText(codes[0] ?? "")).toHaveCount(0);

  const field = security.dialog.getByRole("textbox", { name: "Recovery code" });
  await security.button("Add authenticator app").click();
  await field.fill(codes[0]?.toLowerCase() ?? "");
  await security.dialog.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Code from the app" })).toBeVisible();
  await expect(section.getByText("9 left")).toBeVisible();
  await security.button("Cancel").click();

  await security.button("Add authenticator app").click();
  await field.fill(codes[0] ?? "");
  await security.dialog.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(security.dialog.getByRole("alert")).toContainText("not accepted");
  await expect(security.dialog.getByRole("alert")).toBeFocused();
});

test("a changed password ends every other session and is told by e-mail", async ({
  page,
  context,
  demo,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("operator");
  await givePasskey(page, ownerDatabase, email);
  const password = await givePassword(ownerDatabase, email);
  const elsewhere = await addSession(ownerDatabase, email, { userAgent: FIREFOX });
  const visit = async (token: string) =>
    (await fetch(demo.url, { headers: { cookie: `${SESSION_COOKIE}=${token}` }, redirect: "manual" })).status;
  expect(await visit(elsewhere)).toBe(200);
  const security = new SecurityPage(page);
  const section = security.section("Password");
  await security.open();
  await security.button("Change password").click();
  const change = async (current: string, next: string) => {
    await section.getByLabel("Current password").fill(current);
    await section.getByLabel("New password", { exact: true }).fill(next);
    await section.getByRole("button", { name: "Change password" }).click();
  };
  await change("not my password", "seven quiet herons wade");
  await expect(section.getByRole("alert")).toContainText("Your current password is not right.");
  await change(password, "password1234");
  await expect(section.getByRole("alert")).toContainText("attackers try first");
  await change(password, "seven quiet herons wade");
  await security.confirmWithPasskey();
  await expect(section.getByRole("status").first()).toContainText("Your other session was ended.");
  expect(await visit(elsewhere)).toBe(307);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Security" })).toBeVisible();
  await readMessage(context, email, /password was changed/i);
  await page.goto("/sessions");
  const ended = page.getByRole("row").filter({ hasText: "Firefox on Linux" });
  await expect(ended, "the list says why").toContainText("Password changed");
});

test("the owner switches text messages off for everybody, and cannot switch off all that is strong", async ({
  page,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("owner", "other");
  await givePasskey(page, ownerDatabase, email);
  const security = new SecurityPage(page);
  const policy = security.section("Sign-in policy");
  const allow = (name: string) => policy.getByRole("checkbox", { name });
  await security.open();
  await allow("Authenticator app").uncheck();
  await allow("Passkey").uncheck();
  await security.button("Save policy").click();
  await expect(policy.getByRole("alert")).toContainText("Allow the authenticator app, passkeys or both.");
  await expect(policy.getByRole("alert"), "a refusal is not taken for a success").toContainText("Nothing was saved");
  await expect(allow("Authenticator app"), "what is in force is shown").toBeChecked();
  await expect(allow("Passkey")).toBeChecked();
  await allow("Text message").uncheck();
  await security.button("Save policy").click();
  await security.confirmWithPasskey();
  await expect(policy.getByRole("status").first()).toContainText("Sign-in policy saved.");
  await expect(security.section("Text message")).toContainText("Your business does not allow codes by text message.");

  await allow("Text message").check();
  await security.button("Save policy").click();
  await security.confirmWithPasskey();
  await expect(page.getByRole("textbox", { name: "Phone number" })).toBeVisible();
});
