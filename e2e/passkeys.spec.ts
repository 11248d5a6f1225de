import type { BrowserContext, Page } from "@playwright/test";
import type { Sql } from "postgres";
import { CARDS, spaced } from "./fixtures/cards";
import { readMessage } from "./fixtures/outbox";
import { layoutShift, seriousViolations, sidewaysScroll } from "./fixtures/page-quality";
import { givePasskey } from "./fixtures/passkey";
import { givePassword } from "./fixtures/people";
import { expect, test } from "./fixtures/test";
import { freshCode } from "./fixtures/totp";
import { VirtualAuthenticator } from "./fixtures/virtual-authenticator";
import { SecurityPage } from "./pages/security-page";
import { SignInPages } from "./pages/sign-in-pages";

// Codes work once each, and the next one comes within half a minute.
test.setTimeout(150_000);

// A refused passkey is a 401, which browsers report in the console.
test.use({ expectedConsole: /status of 401 .*\/api\/auth\/callback\/passkey/ });

/** Gives somebody with a passkey an authenticator app too, through the page; its secret. */
async function addApp(security: SecurityPage): Promise<string> {
  await security.button("Add authenticator app").click();
  await security.confirmWithPasskey();
  const secret = await security.shownSecret();
  const app = security.section("Authenticator app");
  await app.getByRole("textbox", { name: "Code from the app" }).fill(await freshCode(secret));
  await security.button("Confirm app").click();
  await expect(app.getByRole("status").first()).toContainText("Authenticator app added.");
  return secret;
}

function passkeysOf(page: Page) {
  const section = page.getByRole("region", { name: "Passkeys", exact: true });
  const item = (name: string) => section.getByRole("listitem").filter({ hasText: name });
  const says = (text: string) => expect(section.getByRole("status").first()).toContainText(text);
  return { section, item, says };
}

async function signInByPasskey(page: Page, context: BrowserContext): Promise<void> {
  await context.clearCookies();
  await page.goto("/login?callbackUrl=/security");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
}

/** How the newest session of a person came to be, as the server wrote it down. */
async function newestMethod(sql: Sql, email: string): Promise<unknown> {
  const [row] = await sql`
    select s.method from sessions s join users u on u.id = s.user_id where u.email = ${email}
     order by s.created_at desc limit 1`;
  return row?.method;
}

test("a passkey of this device: added, renamed, signs in alone and after the password, confirms, and is removed", async ({
  page,
  context,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("operator");
  const first = await givePasskey(page, ownerDatabase, email);
  const password = await givePassword(ownerDatabase, email);
  const security = new SecurityPage(page);
  const { section, item, says } = passkeysOf(page);
  await security.open();
  const secret = await addApp(security);
  // Another device: the first one would say that it has a passkey here already.
  await first.unplug();
  const device = await VirtualAuthenticator.plugInto(page, "internal");

  await security.button("Add a passkey").click();
  const name = section.getByRole("textbox", { name: "Name of the passkey" });
  await expect(name).toBeFocused();
  await name.fill("  Work laptop ");
  await security.button("Continue").click();
  await expect(security.dialog).toContainText("Add a passkey to your account");
  await security.confirmWithCode(await freshCode(secret));
  await says("Passkey “Work laptop” added.");
  await expect(item("Work laptop")).toContainText("On one device");
  await expect(item("Work laptop")).toContainText("Not used yet");
  await readMessage(context, email, /passkey was added/i);

  await item("Work laptop").getByRole("button", { name: "Rename" }).click();
  const newName = section.getByRole("textbox", { name: "New name" });
  await newName.fill(spaced(CARDS.approves));
  await security.button("Save name").click();
  await expect(section.getByRole("alert")).toContainText("card number");
  await newName.fill("Office laptop");
  await security.button("Save name").click();
  await says("Passkey renamed to “Office laptop”.");
  await expect(item("Office laptop")).toBeVisible();

  await signInByPasskey(page, context);
  await expect(page).toHaveURL("/security");
  expect(await newestMethod(ownerDatabase, email)).toBe("passkey");
  await expect(item("Office laptop")).toContainText("Last used");

  await context.clearCookies();
  await page.goto("/login?callbackUrl=/security");
  const signIn = new SignInPages(page);
  await signIn.enterPassword({ email, password });
  await expect(signIn.heading("Verify it's you")).toBeVisible();
  await page.getByRole("link", { name: "Use a passkey" }).click();
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page).toHaveURL("/security");
  expect(await newestMethod(ownerDatabase, email)).toBe("passkey");

  await item("Test key").getByRole("button", { name: "Remove" }).click();
  await expect(security.dialog).toContainText("Remove the passkey “Test key”");
  await security.confirmWithPasskey();
  await says("Passkey “Test key” removed.");
  await readMessage(context, email, /passkey was removed/i);
  await item("Office laptop").getByRole("button", { name: "Remove" }).click();
  await security.confirmWithPasskey();
  await says("Passkey “Office laptop” removed.");
  await expect(section.getByRole("listitem")).toHaveCount(0);

  // The device has it still; here it counts no longer.
  await signInByPasskey(page, context);
  await expect(signIn.refusal).toContainText("That passkey was not accepted.");
  await expect(signIn.refusal).toBeFocused();
  await device.unplug();
});

test("a security key: added under a name of ours, and good wherever it is plugged in", async ({
  page,
  context,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("developer");
  const first = await givePasskey(page, ownerDatabase, email);
  const security = new SecurityPage(page);
  const { section, item, says } = passkeysOf(page);
  await security.open();
  const secret = await addApp(security);
  await first.unplug();
  const key = await VirtualAuthenticator.plugInto(page, "usb");

  await security.button("Add a passkey").click();
  await security.button("Continue").click();
  await security.confirmWithCode(await freshCode(secret));
  await says("Passkey “Security key” added.");

  // A second passkey for one account makes no sense on one key: it says so itself.
  await security.button("Add a passkey").click();
  await security.button("Continue").click();
  await security.confirmWithPasskey();
  await expect(section.getByRole("alert")).toContainText("has a passkey for this account already");
  await security.button("Cancel").click();

  await signInByPasskey(page, context);
  await expect(page).toHaveURL("/security");
  await expect(item("Security key")).toContainText("Last used");

  // A stolen key, in the hand of somebody who does not know its PIN.
  await key.recognise(false);
  await signInByPasskey(page, context);
  await expect(new SignInPages(page).refusal).toContainText("No passkey was used.");
  await key.recognise(true);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page).toHaveURL("/security");
});

test("the last passkey stays, where there is no other way in", async ({ page, ownerDatabase, signInAs }) => {
  const { email } = await signInAs("viewer");
  await givePasskey(page, ownerDatabase, email);
  const security = new SecurityPage(page);
  const { section, item } = passkeysOf(page);
  await security.open();
  await item("Test key").getByRole("button", { name: "Remove" }).click();
  await security.confirmWithPasskey();
  await expect(section.getByRole("alert")).toContainText("This is your last authenticator app or passkey.");
  await expect(item("Test key")).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await security.open();
      await item("Test key").getByRole("button", { name: "Rename" }).click();
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await layoutShift(page)).toBeLessThanOrEqual(0.05);
      expect(await seriousViolations(page)).toEqual([]);
    }
  }
});

test("a browser without passkeys says so, and the page stays as it was", async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "PublicKeyCredential"));
  await page.goto("/login");
  const signIn = new SignInPages(page);
  await signIn.email.fill("asha@example.com");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(signIn.refusal).toHaveText("This browser cannot use passkeys. Choose another way.");
  await expect(signIn.email).toHaveValue("asha@example.com");
});

test.describe("without an answer", () => {
  test.use({ expectedConsole: /ERR_FAILED/ });

  test("a lost connection is said, and the button can be pressed again", async ({ page }) => {
    await page.goto("/login");
    await page.route("**/login", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
    const button = page.getByRole("button", { name: "Sign in with a passkey" });
    for (let press = 0; press < 2; press += 1) {
      await button.click();
      await expect(new SignInPages(page).refusal).toContainText("The server did not answer.");
      await expect(button).not.toHaveAttribute("aria-disabled", "true");
    }
  });
});
