import type { Page } from "@playwright/test";
import { CARD_SECRETS, CARDS, CVC, SHORT_CVC } from "./fixtures/cards";
import { readLedger } from "./fixtures/ledger";
import { seriousViolations } from "./fixtures/page-quality";
import { newReference } from "./fixtures/shop";
import { expect, test } from "./fixtures/test";
import { TerminalPage } from "./pages/terminal-page";

/** Whatever of the card could be in the page, its address or what the browser keeps of it. */
async function expectNoCard(page: Page): Promise<void> {
  const kept = await page.evaluate(() => {
    const fields = [...document.querySelectorAll("input")].map(({ value }) => value);
    const stores = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), JSON.stringify(history.state)];
    return [document.documentElement.outerHTML, location.href, ...fields, ...stores].join("\n");
  });
  for (const secret of CARD_SECRETS.numbers) expect(kept.replaceAll(" ", "")).not.toContain(secret);
}

test("a payment is taken from the list: captured, in the acquirer's books, and nothing of the card stays", async ({
  page,
  demo,
  signInAs,
}) => {
  await signInAs("operator");
  const terminal = new TerminalPage(page);
  const reference = newReference("terminal");
  await page.goto("/transactions");
  await page.getByRole("link", { name: "New payment" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "New payment" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Test mode");
  await terminal.fill({ reference });
  await terminal.take.click();
  await expect(terminal.outcome).toContainText(/Payment captured.*1,234\.56.*Captured.*4242/s);
  await expect(terminal.outcome).toBeFocused();
  await expectNoCard(page);
  const id = await terminal.paymentId();
  const charge = { idempotency_key: id, amount: "1234.56", captured: "1234.56", currency: "INR" };
  expect(await readLedger(demo, { reference })).toEqual([expect.objectContaining(charge)]);

  // Loaded again, and come back to, the page tells what became of it instead of offering it anew.
  await page.reload();
  await expect(terminal.outcome).toContainText("Payment captured");
  await page.getByRole("link", { name: "Open the payment" }).click();
  await expect(page.getByRole("heading", { level: 1, name: id })).toBeVisible();
  await expect(page.getByRole("list", { name: "Timeline" }).getByRole("listitem")).toHaveCount(2);
  await page.goBack();
  await expect(terminal.outcome).toContainText("Payment captured");
  await expectNoCard(page);

  await page.getByRole("link", { name: "Take another payment" }).click();
  await expect(terminal.amount).toHaveValue("");
  await terminal.fill({ reference: `${reference}-2`, amount: "1.00" });
  await terminal.take.click();
  await expect(terminal.outcome).toContainText("Payment captured");
  expect(await terminal.paymentId()).not.toBe(id);
  expect(await readLedger(demo, { reference })).toHaveLength(1);
});

test("declined: the reason, the form without the card, and another card then goes through", async ({
  page,
  demo,
  signInAs,
}) => {
  await signInAs("admin");
  const terminal = new TerminalPage(page);
  const reference = newReference("declined");
  await terminal.open();
  await terminal.fill({ reference, amount: "500", currency: "JPY", number: CARDS.declines });
  await terminal.take.click();
  await expect(terminal.alert).toContainText("Declined. The bank declined the card.");
  await expect(terminal.alert).toBeFocused();
  await expect(terminal.alert.getByRole("link")).toHaveAttribute("href", /^\/transactions\/pay_/);
  await expect(terminal.amount).toHaveValue("500");
  await expect(terminal.currency).toHaveValue("JPY");
  await expect(terminal.reference).toHaveValue(reference);
  for (const field of [terminal.number, terminal.expiry, terminal.cvc]) await expect(field).toHaveValue("");
  await expectNoCard(page);
  expect(await seriousViolations(page)).toEqual([]);

  await terminal.fill({ reference, amount: "500", currency: "JPY" });
  await terminal.take.click();
  await expect(terminal.outcome).toContainText("Payment captured");
  const charges = await readLedger(demo, { reference });
  expect(charges.map(({ status }) => status).sort()).toEqual(["captured", "declined"]);
});

test("a double click, and impatience, charge once", async ({ page, demo, signInAs }) => {
  await signInAs("operator");
  const terminal = new TerminalPage(page);
  const reference = newReference("double");
  await terminal.open();
  await terminal.fill({ reference });
  await terminal.take.dblclick();
  await terminal.take.click({ clickCount: 3, timeout: 1000 }).catch(() => undefined);
  await expect(terminal.outcome).toContainText("Payment captured");
  expect(await readLedger(demo, { reference })).toHaveLength(1);
});

test("the same form in two tabs charges once, and with other values not at all", async ({
  page,
  context,
  demo,
  signInAs,
}) => {
  await signInAs("owner");
  const reference = newReference("tabs");
  const pages = [page, await context.newPage(), await context.newPage()] as const;
  const [first, second, third] = pages.map((tab) => new TerminalPage(tab));
  if (!first || !second || !third) throw new Error("three tabs");
  await first.open();
  for (const terminal of [second, third]) await terminal.open(page.url());
  for (const terminal of [first, second]) await terminal.fill({ reference });
  await Promise.all([first.take.click(), second.take.click()]);
  for (const terminal of [first, second]) await expect(terminal.outcome).toContainText("Payment captured");
  expect(await first.paymentId()).toBe(await second.paymentId());
  expect(await readLedger(demo, { reference })).toHaveLength(1);

  const other = newReference("tabs-other");
  await third.fill({ reference: other, amount: "9.00" });
  await third.take.click();
  await expect(third.outcome).toContainText("had already taken the payment below, so nothing was charged now");
  expect(await third.paymentId()).toBe(await first.paymentId());
  expect(await readLedger(demo, { reference: other })).toEqual([]);
});

test.describe("with a line that breaks", () => {
  test.use({ expectedConsole: /ERR_FAILED/ });

  test("an answer that is lost is found again, and the card was charged once", async ({ page, demo, signInAs }) => {
    await signInAs("operator");
    const terminal = new TerminalPage(page);
    const reference = newReference("lost");
    await terminal.open();
    await terminal.fill({ reference });
    await page.route("**/payments/new*", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      await route.fetch();
      await route.abort("failed");
    });
    await terminal.take.click();
    await expect(terminal.outcome).toContainText("The answer was lost");
    await expectNoCard(page);
    await page.getByRole("link", { name: "See what became of it" }).click();
    await expect(terminal.outcome).toContainText("Payment captured");
    expect(await readLedger(demo, { reference })).toHaveLength(1);
  });
});

test("an acquirer that does not answer: pending, being asked, and never called failed", async ({
  page,
  demo,
  signInAs,
}) => {
  test.slow();
  await signInAs("operator");
  const terminal = new TerminalPage(page);
  const reference = newReference("silent");
  await terminal.open();
  await terminal.fill({ reference, number: CARDS.hearsNothingAtFirst });
  await terminal.take.click();
  await expect(page.getByText("Taking the payment…")).toBeVisible();
  await expect(terminal.outcome).toContainText("The acquirer has not answered yet; it is being asked.", {
    timeout: 20_000,
  });
  await expect(page.getByRole("main")).not.toContainText(/failed|declined/i);
  await expectNoCard(page);
  await page.reload();
  await expect(terminal.outcome).toContainText(/Payment (pending|captured)/);
  // The acquirer is asked, and the page tells it by itself.
  await expect(terminal.outcome).toContainText("Payment captured", { timeout: 45_000 });
  expect(await readLedger(demo, { reference })).toHaveLength(1);
});

test("what is wrong is said at its field, before and after it is sent, and nothing is taken", async ({
  page,
  demo,
  signInAs,
}) => {
  await signInAs("operator");
  const terminal = new TerminalPage(page);
  const reference = newReference("wrong");
  await terminal.open();
  await terminal.take.click();
  await expect(terminal.amount).toBeFocused();
  for (const [field, words] of [
    [terminal.amount, "Type an amount."],
    [terminal.number, "Type the card's number."],
    [terminal.expiry, "Type the card's expiry."],
    [terminal.cvc, "Type the security code."],
  ] as const) {
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(words);
  }
  for (const [typed, words] of [
    [{ amount: "1,234.56" }, "with digits and a point only"],
    [{ amount: "1.5", currency: "JPY" }, "JPY has no decimals"],
    [{ amount: "1.2345", currency: "KWD" }, "KWD has 3 decimals at most"],
    [{ amount: "0" }, "above zero"],
    [{ number: CARDS.mistyped }, "Check its digits"],
    [{ expiry: "13/39" }, "such as 09/30"],
    [{ expiry: "01/24" }, "has expired"],
    [{ cvc: SHORT_CVC }, "3 digits"],
  ] as const) {
    await terminal.fill({ reference, ...typed });
    await terminal.take.click();
    await expect(page.getByRole("main")).toContainText(words);
    // What was typed is still there to be mended: it was not sent.
    await expect(terminal.cvc).not.toHaveValue("");
  }
  // The server says the rest, and the card has to be typed again.
  await terminal.fill({ reference: `order ${CARDS.declines}` });
  await terminal.take.click();
  await expect(terminal.reference).toBeFocused();
  await expect(terminal.reference).toHaveAccessibleDescription(/holds a card number/);
  await expect(terminal.reference).toHaveValue("");
  await expectNoCard(page);
  expect(await readLedger(demo, { reference })).toEqual([]);

  await terminal.fill({ reference });
  await terminal.take.click();
  await expect(terminal.outcome).toContainText("Payment captured");
  await terminal.open();
  await terminal.fill({ reference });
  await terminal.take.click();
  await expect(terminal.reference).toHaveAccessibleDescription(/Another payment has this reference/);
  // With another reference, and another card, the same form is good.
  await terminal.fill({ reference: `${reference}-b`, number: CARDS.mastercard });
  await terminal.take.click();
  await expect(terminal.outcome).toContainText(/Payment captured.*4444/s);
});

test("the keyboard alone takes a payment", async ({ page, demo, signInAs }) => {
  await signInAs("operator");
  const terminal = new TerminalPage(page);
  const reference = newReference("keys");
  await terminal.open();
  await terminal.amount.focus();
  for (const text of ["12.50", "USD", CARDS.approves, "1239", CVC, reference]) {
    await page.keyboard.type(text);
    await page.keyboard.press("Tab");
  }
  await expect(terminal.take).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(terminal.outcome).toBeFocused();
  expect(await readLedger(demo, { reference })).toEqual([
    expect.objectContaining({ amount: "12.50", currency: "USD" }),
  ]);
});

test.describe("for those who may not", () => {
  test.use({ expectedConsole: /status of 403/ });

  test("viewer and developer find no button, no page, and no action", async ({ page, demo, signInAs }) => {
    await signInAs("operator");
    const terminal = new TerminalPage(page);
    const reference = newReference("stolen");
    await terminal.open();
    await terminal.fill({ reference, number: CARDS.declines });
    const sent = page.waitForRequest((request) => request.method() === "POST");
    await terminal.take.click();
    const { url, headers, body } = await sent.then((request) => ({
      url: request.url(),
      headers: request.headers(),
      body: request.postDataBuffer(),
    }));
    await expect(terminal.alert).toBeVisible();
    const before = await readLedger(demo, { reference });

    for (const role of ["viewer", "developer"] as const) {
      await signInAs(role);
      const answer = await page.goto("/payments/new");
      expect(answer?.status()).toBe(403);
      await page.goto("/transactions");
      await expect(page.getByRole("table")).toBeVisible();
      await expect(page.getByRole("link", { name: "New payment" })).toHaveCount(0);
      // The attack: the request of somebody who may, sent again under one's own session.
      const { cookie: _, ...others } = headers;
      const replayed = await page.request.post(url, {
        headers: { ...others, origin: demo.url },
        ...(body && { data: body }),
      });
      expect(await replayed.text()).toContain("Your role may not do this.");
    }
    expect(await readLedger(demo, { reference })).toEqual(before);
  });
});

test("a form is its person's: another finds a new one at its address", async ({ page, signInAs }) => {
  await signInAs("operator");
  const terminal = new TerminalPage(page);
  await terminal.open();
  await terminal.fill({ reference: newReference("mine") });
  await terminal.take.click();
  await expect(terminal.outcome).toContainText("Payment captured");
  const address = page.url();
  await signInAs("owner", "other");
  await terminal.open(address);
  await expect(terminal.amount).toHaveValue("");
  await expect(page).not.toHaveURL(address);
});
