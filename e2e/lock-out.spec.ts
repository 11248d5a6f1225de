import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures/test";
import { freshCode, wrongCodes } from "./fixtures/totp";
import { SignInPages } from "./pages/sign-in-pages";

test.use({ expectedConsole: /status of 401/ });
// It may have to wait for the second owner.
test.slow();

test.afterEach(async ({ ownerDatabase, demo }) => {
  await ownerDatabase`
    delete from factor_attempts where user_id = (select id from users where email = ${demo.other.owner.email})`;
});

// The attack: somebody with the password tries codes, and watches for a sign of which one was right.
test("totp.lock-out: after three wrong codes the right one is refused alike on a new challenge, and the old one is over", async ({
  page,
  secondOwner: owner,
  ownerDatabase,
}) => {
  const signIn = new SignInPages(page);
  await page.goto("/login");
  await signIn.enterPassword(owner);
  const refusals: Refusal[] = [];
  for (const code of wrongCodes(owner.totpSecret).slice(0, 3)) refusals.push(await tryCode(page, code));

  const right = await freshCode(owner.totpSecret);
  await signIn.enterCode(right);
  await expect(page.getByText("had too many wrong codes")).toBeVisible();
  await signIn.enterPassword(owner);
  refusals.push(await tryCode(page, right));
  expect(refusals[0]).toMatchObject({ status: 401, shown: expect.stringContaining("not accepted") });
  expect(new Set(refusals.map((refusal) => JSON.stringify(refusal)))).toHaveProperty("size", 1);

  // The very same code is taken once the lock is over: it was the lock that refused it.
  await ownerDatabase`
    update factor_attempts set locked_until = now() - interval '1 second'
     where user_id = (select id from users where email = ${owner.email})`;
  await signIn.enterCode(right);
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
});

/** What an attacker sees. */
type Refusal = { status: number; body: string; shown: string };

async function tryCode(page: Page, code: string): Promise<Refusal> {
  const signIn = new SignInPages(page);
  const answered = page.waitForResponse((response) => response.url().includes("/api/auth/callback"));
  await signIn.enterCode(code);
  const answer = await answered;
  // The field is emptied when the refusal is shown: what stood there of an earlier one is not read.
  await expect(signIn.code).toHaveValue("");
  return { status: answer.status(), body: await answer.text(), shown: (await signIn.refusal.textContent()) ?? "" };
}
