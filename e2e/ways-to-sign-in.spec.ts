import type { Page } from "@playwright/test";
import type { Sql } from "postgres";
import { seriousViolations, sidewaysScroll } from "./fixtures/page-quality";
import { actAs, addMerchant, givePassword } from "./fixtures/people";
import { expect, test } from "./fixtures/test";
import { SignInPages } from "./pages/sign-in-pages";

type Person = { email: string; password: string };

/** The owner of a merchant of the test's own, with codes by e-mail. */
async function addOwner(sql: Sql): Promise<Person> {
  const email = await addMerchant(sql, "log");
  const password = await givePassword(sql, email);
  await changeOf(
    sql,
    email,
    (tx) => tx`insert into email_factors (user_id) select id from users where email = ${email}`,
  );
  return { email, password };
}

async function changeOf(sql: Sql, email: string, change: (tx: Parameters<typeof actAs>[0]) => Promise<unknown>) {
  await sql.begin(async (tx) => {
    const [user] = await tx`select merchant_id from users where email = ${email}`;
    await actAs(tx, String(user?.merchant_id));
    await change(tx);
  });
}

async function enterPassword(page: Page, person: Person): Promise<SignInPages> {
  const signIn = new SignInPages(page);
  await page.goto("/login");
  await signIn.enterPassword(person);
  await expect(signIn.heading("Verify it's you")).toBeVisible();
  return signIn;
}

async function expectGood(page: Page): Promise<void> {
  expect(await seriousViolations(page)).toEqual([]);
  expect(await sidewaysScroll(page)).toBe(0);
}

test("the demo's owner signs in by one of the recovery codes in the demo file", async ({
  page,
  demo,
  ownerDatabase,
}) => {
  const [row] = await ownerDatabase<{ codes: Record<string, string> }[]>`
    select codes from recovery_codes join users on id = user_id where email = ${demo.owner.email}`;
  // On a demo that was tested before, some are used.
  const code = demo.owner.recoveryCodes.find((each) => each.slice(0, 2).toLowerCase() in (row?.codes ?? {}));
  if (code === undefined) throw new Error("all recovery codes of this demo are used");
  const signIn = await enterPassword(page, demo.owner);
  await expect(page.getByText("Lost your factors?")).toContainText("Use a recovery code, or ask an owner");
  await page.getByRole("link", { name: "Use a recovery code" }).click();
  const field = page.getByRole("textbox", { name: "Recovery code" });
  await expect(field).toBeFocused();
  await expect(page.getByRole("main")).toContainText("set up a new authenticator app or passkey");
  await expectGood(page);
  await field.fill(code.toLowerCase().replaceAll("-", " "));
  await signIn.verify.click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
});

test("mfa.no-bypass: a way that the merchant forbids is not offered, nor behind its address", async ({
  page,
  ownerDatabase,
}) => {
  const owner = await addOwner(ownerDatabase);
  await enterPassword(page, owner);
  const send = page.getByRole("button", { name: "Send code" });
  // It is all that they have, so the page opens with it.
  await expect(send).toBeVisible();
  // Nor is anything promised that they have not.
  await expect(page.getByText("Lost your factors?")).toHaveText(/factors\? Ask an owner/);
  await expectGood(page);

  const forbid = (factors: string[]) =>
    changeOf(
      ownerDatabase,
      owner.email,
      (tx) =>
        tx`update merchants set allowed_factors = ${factors}
          where id = (select merchant_id from users where email = ${owner.email})`,
    );
  await forbid(["totp", "passkey", "sms"]);
  // The page was open before: its button sends nothing now.
  await send.click();
  await expect(new SignInPages(page).refusal).toHaveText("Codes cannot be sent there now. Sign in another way.");
  for (const address of ["/login/verify", "/login/verify?method=email"]) {
    await page.goto(address);
    await expect(page.getByRole("main")).toContainText("There is no way left");
    await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
    await expect(page.getByRole("textbox")).toHaveCount(0);
  }
  await expectGood(page);
});

test("says when another code may be sent, and after an owner's reset that the link in the e-mail is the way", async ({
  page,
  ownerDatabase,
}) => {
  const owner = await addOwner(ownerDatabase);
  const signIn = await enterPassword(page, owner);
  await page.getByRole("button", { name: "Send code" }).click();
  await expect(signIn.code).toBeFocused();
  await expect(page.getByRole("main")).toContainText(/Another one in \d+ s\./);
  await page.getByRole("button", { name: "Send another code" }).click();
  await expect(signIn.refusal).toContainText("A code was sent a moment ago.");

  await changeOf(
    ownerDatabase,
    owner.email,
    (tx) => tx`update users set factors_reset_at = now() where email = ${owner.email}`,
  );
  await page.reload();
  await expect(page.getByRole("main")).toContainText("Open the link that we sent to");
  await expect(page.getByRole("textbox")).toHaveCount(0);
});
