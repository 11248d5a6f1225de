import { randomBytes } from "node:crypto";
import { hash } from "@node-rs/argon2";
import type { Page, Request } from "@playwright/test";
import type { Sql } from "postgres";
import type { Demo } from "./fixtures/demo";
import { readLink, readMessage } from "./fixtures/outbox";
import { seriousViolations, sidewaysScroll } from "./fixtures/page-quality";
import { givePasskey } from "./fixtures/passkey";
import {
  actAs,
  addMerchant,
  addSession,
  FIREFOX,
  givePassword,
  SESSION_COOKIE,
  signInNewPerson,
} from "./fixtures/people";
import { expect, test } from "./fixtures/test";
import { freshCode } from "./fixtures/totp";
import { VirtualAuthenticator } from "./fixtures/virtual-authenticator";
import { SecurityPage } from "./pages/security-page";
import { SignInPages } from "./pages/sign-in-pages";

const PASSWORD = "tangerine umbrella 40";
const NEXT_PASSWORD = "correct horse battery 7";

/** Somebody in the first merchant's team with a password and nothing else. */
async function addMember(sql: Sql, demo: Demo): Promise<{ email: string; name: string }> {
  const id = randomBytes(8).toString("hex");
  const [email, name] = [`${id}@e2e.example`, `Member ${id}`];
  const passwordHash = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  await sql.begin(async (tx) => {
    const [merchant] = await tx`select merchant_id as id from users where email = ${demo.owner.email}`;
    const context = JSON.stringify({ actorType: "system", actorId: "e2e", merchantId: merchant?.id });
    await tx`select set_config('countinghouse.context', ${context}, true)`;
    await tx`
      insert into users (id, merchant_id, email, name, role, password_hash)
      values (${`usr_${id.padStart(26, "0")}`}, ${merchant?.id}, ${email}, ${name}, 'viewer', ${passwordHash})`;
  });
  return { email, name };
}

/** Fails the test when the token of a link is sent anywhere but in the body of a POST. */
function watchFor(page: Page, token: string): void {
  const seen = (request: Request) => {
    const headers = Object.values(request.headers()).join(" ");
    expect(request.url(), "no address holds the token").not.toContain(token);
    expect(headers, "no header holds the token").not.toContain(token);
  };
  page.on("request", seen);
}

async function open(page: Page, link: string): Promise<void> {
  const token = link.split("#")[1]?.replace("factors.", "") ?? "";
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  watchFor(page, token);
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1, name: "Recover your account" })).toBeVisible();
  await expect(page).toHaveURL(/\/recover$/);
}

const alertIn = (page: Page) => page.getByRole("main").getByRole("alert");

test("an owner resets a member's lost factors; the member enrols anew, and later recovers a forgotten password", async ({
  page,
  browser,
  demo,
  ownerDatabase,
}) => {
  test.setTimeout(240_000);
  const member = await addMember(ownerDatabase, demo);
  await addSession(ownerDatabase, member.email, { userAgent: FIREFOX });
  await page.goto("/security");
  await new SignInPages(page).signIn(demo.owner);
  const section = page.getByRole("region", { name: "Members" });
  await section.getByRole("button", { name: `Reset sign-in factors of ${member.name}` }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it's you" });
  await dialog.getByLabel("Authentication code").fill(await freshCode(demo.owner.totpSecret));
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(section.getByRole("status")).toContainText("was sent a link");

  const context = await browser.newContext();
  const theirs = await context.newPage();
  const factorsLink = await readLink(context, member.email, /set up your sign-in again/);
  await open(theirs, factorsLink);
  await theirs.getByLabel("Password", { exact: true }).fill("not the password");
  await theirs.getByRole("button", { name: "Continue" }).click();
  await expect(alertIn(theirs)).toHaveText("That password is not right.");
  await theirs.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await theirs.getByRole("button", { name: "Continue" }).click();
  await expect(theirs.getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible();
  expect(await seriousViolations(theirs)).toEqual([]);
  const totpSecret = ((await theirs.locator("main code").textContent()) ?? "").replaceAll(" ", "");
  await theirs.getByLabel("Authentication code").fill(await freshCode(totpSecret));
  await theirs.getByRole("button", { name: "Finish" }).click();
  const codes = theirs.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const recoveryCode = (await codes.first().textContent()) ?? "";
  await theirs.getByRole("link", { name: "Sign in", exact: true }).click();
  const signIn = new SignInPages(theirs);
  await signIn.signIn({ email: member.email, password: PASSWORD, totpSecret });
  await expect(theirs.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await theirs.goto("/sessions");
  const ended = theirs.getByRole("row").filter({ hasText: "Firefox on Linux" });
  await expect(ended, "the list says why").toContainText("Sign-in factors reset");

  // The link has done its work.
  const again = await context.newPage();
  await open(again, factorsLink);
  await again.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await again.getByRole("button", { name: "Continue" }).click();
  await expect(alertIn(again)).toContainText("does not work any more");
  await expect(alertIn(again), "nobody can ask for such a link by themselves").toContainText("ask an owner");
  await expect(again.getByRole("main").getByRole("link"), "one way on").toHaveText(["Sign in"]);

  // And now the password is forgotten, in another browser.
  const elsewhere = await browser.newContext();
  const lost = await elsewhere.newPage();
  await lost.goto("/login");
  await lost.getByRole("link", { name: "Forgot password?" }).click();
  // The page before has a field of that name too.
  await expect(lost.getByRole("heading", { level: 1, name: "Recover your account" })).toBeVisible();
  await lost.getByLabel("Email").fill(member.email);
  await lost.getByRole("button", { name: "Send a link" }).click();
  await expect(lost.getByRole("main").getByText("Look at your email.")).toBeVisible();
  await open(lost, await readLink(context, member.email, /set a new password/));
  await lost.setViewportSize({ width: 360, height: 740 });
  expect(await sidewaysScroll(lost)).toBe(0);
  expect(await seriousViolations(lost)).toEqual([]);
  await lost.getByLabel("New password").fill("password1234!");
  await lost.getByLabel("Authentication code").fill("000000");
  await lost.getByRole("button", { name: "Set new password" }).click();
  await expect(alertIn(lost)).toContainText("attackers try first");
  await lost.getByLabel("New password").fill(NEXT_PASSWORD);
  await lost.getByRole("button", { name: "Use a recovery code" }).click();
  await lost.getByLabel("Recovery code").fill("AAAA-AAAA-AAAA-AA");
  await lost.getByRole("button", { name: "Set new password" }).click();
  await expect(alertIn(lost)).toContainText("was not accepted");
  await lost.getByLabel("Recovery code").fill(recoveryCode.toLowerCase());
  await lost.getByRole("button", { name: "Set new password" }).click();
  await expect(lost.getByText("Your new password is set")).toBeVisible();

  // Everywhere else they are signed out, and told.
  await theirs.goto("/");
  await expect(signIn.heading("Sign in")).toBeVisible();
  await signIn.enterPassword({ email: member.email, password: PASSWORD });
  await expect(signIn.refusal).toHaveText("Email or password is not right.");
  await signIn.enterPassword({ email: member.email, password: NEXT_PASSWORD });
  await expect(signIn.heading("Verify it's you")).toBeVisible();
  for (const told of ["sign-in methods reset", "sign-in methods set up again", "password reset"]) {
    await readMessage(context, member.email, new RegExp(`Countinghouse: ${told}`));
  }
  await Promise.all([context.close(), elsewhere.close()]);
});

test("reset-factors.passkey-only: where only passkeys are allowed, a reset member comes back with a passkey", async ({
  page,
  browser,
  context,
  demo,
  ownerDatabase: sql,
}) => {
  test.setTimeout(90_000);
  const owner = await addMerchant(sql, "log");
  const { email } = await signInNewPerson(sql, { role: "viewer", merchantOf: owner });
  const theirPassword = await givePassword(sql, email);
  await sql.begin(async (tx) => {
    const [user] = await tx`select merchant_id as merchant from users where email = ${email}`;
    await actAs(tx, String(user?.merchant));
    await tx`update merchants set allowed_factors = '{passkey}' where id = ${String(user?.merchant)}`;
  });
  await givePasskey(page, sql, owner);
  await context.addCookies([{ name: SESSION_COOKIE, value: await addSession(sql, owner), url: demo.url }]);
  await page.goto("/security");
  await page.getByRole("button", { name: "Reset sign-in factors of Test viewer" }).click();
  await new SecurityPage(page).confirmWithPasskey();
  await expect(page.getByRole("region", { name: "Members" }).getByRole("status")).toContainText("was sent a link");

  const theirContext = await browser.newContext();
  const theirs = await theirContext.newPage();
  const authenticator = await VirtualAuthenticator.plugInto(theirs, "internal");
  await open(theirs, await readLink(theirContext, email, /set up your sign-in again/));
  await theirs.getByLabel("Password", { exact: true }).fill(theirPassword);
  await theirs.getByRole("button", { name: "Continue" }).click();
  const add = theirs.getByRole("button", { name: "Add a passkey" });
  await expect(add).toBeVisible();
  await expect(theirs.getByRole("img", { name: "QR code for your authenticator app" })).toBeHidden();
  await theirs.setViewportSize({ width: 360, height: 740 });
  expect(await sidewaysScroll(theirs)).toBe(0);
  expect(await seriousViolations(theirs)).toEqual([]);
  await authenticator.recognise(false);
  await add.click();
  await expect(alertIn(theirs)).toContainText("No passkey was made.");
  await authenticator.recognise(true);
  await add.click();
  await expect(theirs.getByRole("list", { name: "Recovery codes" }).getByRole("listitem")).toHaveCount(10);
  expect(await seriousViolations(theirs)).toEqual([]);
  await theirs.getByRole("link", { name: "Sign in", exact: true }).click();
  const signIn = new SignInPages(theirs);
  await signIn.enterPassword({ email, password: theirPassword });
  await expect(signIn.heading("Verify it's you")).toBeVisible();
  await theirs.getByRole("button", { name: "Use a passkey" }).click();
  await expect(theirs.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await theirContext.close();
});

test("recover.enumeration: known and unknown addresses are answered alike", async ({ page, demo, ownerDatabase }) => {
  const member = await addMember(ownerDatabase, demo);
  const answers: string[] = [];
  for (const email of [member.email, `nobody-${randomBytes(4).toString("hex")}@e2e.example`]) {
    await page.goto("/recover");
    await page.getByLabel("Email").fill(email);
    const sent = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Send a link" }).click();
    expect((await sent).status()).toBe(200);
    await expect(page.getByText("Look at your email.")).toBeVisible();
    answers.push(((await page.getByRole("main").textContent()) ?? "").replaceAll(email, "…"));
  }
  expect(answers[0]).toBe(answers[1]);
  await page.getByLabel("Email").fill("asha＠example.com");
  await page.locator("form").evaluate((form) => form.setAttribute("novalidate", ""));
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(alertIn(page)).toHaveText("This is not an email address. Check its spelling.");
});

test("a passkey goes with the link of a forgotten password too, once it has recognised its person", async ({
  page,
  context,
  ownerDatabase,
  signInAs,
}) => {
  const { email } = await signInAs("viewer");
  const authenticator = await givePasskey(page, ownerDatabase, email);
  await context.clearCookies();
  await page.goto("/recover");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByText("Look at your email.")).toBeVisible();
  // The page stands open, and the link only changes its fragment.
  await open(page, await readLink(context, email, /set a new password/));
  await page.getByLabel("New password").fill(NEXT_PASSWORD);
  await authenticator.recognise(false);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(alertIn(page)).toContainText("No passkey was used.");
  await authenticator.recognise(true);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.getByText("Your new password is set")).toBeVisible();
  await page.getByRole("link", { name: "Sign in", exact: true }).click();
  const signIn = new SignInPages(page);
  await signIn.enterPassword({ email, password: NEXT_PASSWORD });
  await expect(signIn.heading("Verify it's you")).toBeVisible();
});
