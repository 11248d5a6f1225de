import type { Sql } from "postgres";
import { CARDS, type CardNumber } from "./fixtures/cards";
import { readLedger } from "./fixtures/ledger";
import { seriousViolations } from "./fixtures/page-quality";
import { givePasskey } from "./fixtures/passkey";
import { actAs, type SignedIn } from "./fixtures/people";
import { newReference, pay, readPayment, tokenise } from "./fixtures/shop";
import type { SignedClient } from "./fixtures/signed-client";
import { expect, test } from "./fixtures/test";
import { PaymentPage } from "./pages/payment-page";

async function hold(api: SignedClient, amount = "100.00"): Promise<string> {
  const reference = newReference("hold");
  const body = { amount, currency: "INR", reference, capture: false, card: await tokenise(api, CARDS.approves) };
  return readPayment(await api.call("POST", "/payments", { body, idempotencyKey: reference })).id;
}

async function captured(api: SignedClient, order: { amount?: string; currency?: string; card?: CardNumber } = {}) {
  const { payment } = await pay(api, { amount: "100.00", reference: newReference("refunds"), ...order });
  return payment.id;
}

/** The person's merchant asks nobody who they are below 20.00 EUR. */
async function allowRefunds(sql: Sql, { email }: SignedIn): Promise<void> {
  await sql.begin(async (tx) => {
    const [user] = await tx`select merchant_id from users where email = ${email}`;
    await actAs(tx, user?.merchant_id);
    await tx`insert into refund_limits values (${user?.merchant_id}, 'EUR', 2000) on conflict do nothing`;
  });
}

test("a part of a hold is captured, and the rest is let go", async ({ page, demo, api, signInAs }) => {
  const id = await hold(api);
  await signInAs("operator");
  const payment = new PaymentPage(page);
  await payment.open(id);
  await expect(payment.button("Refund")).toHaveCount(0);
  await payment.button("Capture").click();
  await expect(payment.amount).toBeFocused();
  await expect(payment.amount).toHaveValue("100.00");
  await expect(payment.dialog).toContainText("₹100.00 INR is held");
  expect(await seriousViolations(page)).toEqual([]);

  await payment.amount.fill("100.01");
  await payment.confirm("capture").click();
  await expect(payment.amount).toHaveAccessibleDescription("At most ₹100.00 is held.");
  await expect(payment.amount).toBeFocused();
  await payment.amount.fill("60.00");
  await payment.confirm("capture").dblclick();
  await expect(payment.notice).toContainText("Captured.");
  await expect(payment.dialog).toBeHidden();
  await expect(payment.button("Capture")).toHaveCount(0);
  await expect(payment.button("Void")).toHaveCount(0);
  await expect(payment.button("Refund")).toBeVisible();
  await expect(payment.timeline).toHaveText([
    /Payment created/,
    /Authorized/,
    /Capture asked for.*@e2e\.example.*₹60\.00/s,
    /Captured.*₹60\.00.*authorized → captured/s,
  ]);
  expect(await readLedger(demo, { idempotency_key: id })).toEqual([
    expect.objectContaining({ status: "captured", captured: "60.00", refunded: "0.00" }),
  ]);
});

test("a hold is voided by the keyboard alone, and Escape changes nothing", async ({ page, demo, api, signInAs }) => {
  const id = await hold(api);
  await signInAs("admin");
  const payment = new PaymentPage(page);
  await payment.open(id);
  await payment.button("Void").focus();
  await page.keyboard.press("Enter");
  await expect(payment.dialog).toContainText(/Lets go of ₹100\.00 INR.*cannot be undone/s);
  await page.keyboard.press("Escape");
  await expect(payment.dialog).toBeHidden();
  await expect(payment.button("Void")).toBeFocused();
  expect(await readLedger(demo, { idempotency_key: id })).toEqual([expect.objectContaining({ status: "authorized" })]);

  await page.keyboard.press("Enter");
  await expect(payment.confirm("void")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(payment.notice).toContainText("Voided");
  await expect(payment.notice.first()).toBeFocused();
  await expect(page.getByRole("button", { name: /Capture|Void|Refund/ })).toHaveCount(0);
  expect(await readLedger(demo, { idempotency_key: id })).toEqual([expect.objectContaining({ status: "voided" })]);
});

test("a part is refunded, then the rest, each behind a proof; too much is refused in words", async ({
  page,
  demo,
  api,
  ownerDatabase,
  signInAs,
}) => {
  const id = await captured(api);
  const { email } = await signInAs("operator");
  await givePasskey(page, ownerDatabase, email);
  const payment = new PaymentPage(page);
  await payment.open(id);
  await payment.button("Refund").click();
  await expect(payment.amount).toHaveValue("100.00");
  await payment.amount.fill("100.01");
  await payment.confirm("refund").click();
  await expect(payment.amount).toHaveAccessibleDescription("At most ₹100.00 is left to refund.");
  await expect(payment.stepUp.dialog).toBeHidden();

  await payment.amount.fill("40.00");
  await payment.reason.fill("Returned: one of two");
  await payment.confirm("refund").dblclick();
  await expect(payment.stepUp.dialog).toContainText("Refund ₹40.00 INR to the card ending in 4242");
  expect(await seriousViolations(page)).toEqual([]);
  // Whoever thinks again has lost nothing that they typed.
  await page.keyboard.press("Escape");
  await expect(payment.stepUp.dialog).toBeHidden();
  await expect(payment.amount).toHaveValue("40.00");
  await payment.confirm("refund").click();
  await payment.stepUp.confirmWithPasskey();
  await expect(payment.notice).toContainText("Refunded.");
  await expect(payment.refunds).toHaveText([/₹40\.00.*Succeeded.*Returned: one of two.*ref_/s]);
  await expect(page.getByRole("main")).toContainText("Partially refunded");

  await payment.button("Refund").click();
  await expect(payment.amount).toHaveValue("60.00");
  await page.keyboard.press("Enter");
  await payment.stepUp.confirmWithPasskey();
  await expect(payment.refunds).toHaveCount(2);
  await expect(payment.button("Refund")).toHaveCount(0);
  await expect(payment.timeline).toHaveText([
    /Payment created/,
    /Captured/,
    /Refund asked for.*₹40\.00.*Returned/s,
    /Partially refunded.*₹40\.00/s,
    /Refund asked for.*₹60\.00/s,
    /Refunded.*₹60\.00/s,
  ]);
  expect(await readLedger(demo, { idempotency_key: id })).toEqual([
    expect.objectContaining({ captured: "100.00", refunded: "100.00" }),
  ]);
  expect(await seriousViolations(page)).toEqual([]);
});

test("below the limit that the merchant has set nobody is asked who they are, and a double click refunds once", async ({
  page,
  demo,
  api,
  ownerDatabase,
  signInAs,
}) => {
  const id = await captured(api, { currency: "EUR", amount: "30.00" });
  await allowRefunds(ownerDatabase, await signInAs("operator"));
  const payment = new PaymentPage(page);
  await payment.open(id);
  await payment.button("Refund").click();
  await payment.amount.fill("20.00");
  await payment.confirm("refund").dblclick();
  await expect(payment.notice).toContainText("Refunded.");
  await expect(payment.refunds).toHaveCount(1);
  expect(await readLedger(demo, { idempotency_key: id })).toEqual([expect.objectContaining({ refunded: "20.00" })]);

  await payment.button("Refund").click();
  await payment.amount.fill("0.01");
  await payment.confirm("refund").click();
  await expect(payment.stepUp.dialog).toContainText("Refund €0.01 EUR");
});

test("a refund without an answer is never called failed, and is made once; what changed meanwhile is looked at first", async ({
  page,
  demo,
  api,
  ownerDatabase,
  signInAs,
}) => {
  const id = await captured(api, { card: CARDS.refundsThenNeverAnswers });
  const { email } = await signInAs("owner");
  await givePasskey(page, ownerDatabase, email);
  const payment = new PaymentPage(page);
  await payment.open(id);
  await payment.button("Refund").click();
  await payment.amount.fill("10.00");
  await payment.confirm("refund").click();
  await payment.stepUp.confirmWithPasskey();
  await expect(payment.notice.first()).toContainText("has not answered yet; it is being asked", { timeout: 20_000 });
  await expect(payment.refunds).toHaveText([/₹10\.00.*(Pending|Succeeded)/s]);
  await expect(page.getByRole("main")).not.toContainText(/failed/i);
  const [charge] = await readLedger(demo, { idempotency_key: id });
  expect(charge).toMatchObject({ refunded: "10.00" });

  await payment.button("Refund").click();
  await expect(payment.amount).toHaveValue("90.00");
  const body = { amount: "5.00" };
  await api.call("POST", `/payments/${id}/refunds`, { body, idempotencyKey: newReference("beside") });
  await payment.amount.fill("90.00");
  await payment.confirm("refund").click();
  // More than is left is said before anything else.
  await expect(payment.dialog).toContainText(/has changed since you opened it|At most ₹85\.00 is left/);
});

test.describe("with a line that breaks", () => {
  test.use({ expectedConsole: /ERR_FAILED/ });

  // The fault: the answer is lost, and the page behind the dialog is newer than what is sent again from it.
  test("refund.lost-answer: sent again after the page has refreshed itself behind the dialog, it is made once", async ({
    page,
    demo,
    api,
    ownerDatabase,
    signInAs,
  }) => {
    const id = await captured(api, { currency: "EUR" });
    await allowRefunds(ownerDatabase, await signInAs("operator"));
    const payment = new PaymentPage(page);
    await payment.open(id);
    await payment.button("Refund").click();
    await payment.amount.fill("5.00");
    let isLost = false;
    await page.route(`**/transactions/${id}*`, async (route) => {
      if (isLost || route.request().method() !== "POST") return route.continue();
      isLost = true;
      await route.fetch();
      await route.abort("failed");
    });
    await payment.confirm("refund").click();
    await expect(payment.dialog).toContainText("The answer was lost");
    // What the page does by itself while anything is under way.
    await page.evaluate(() => Reflect.get(window, "next").router.refresh());
    await expect(payment.refunds).toHaveText([/€5\.00.*Succeeded/s]);
    await expect(payment.amount).toHaveValue("5.00");
    await payment.confirm("refund").click();
    await expect(payment.notice).toContainText("Refunded.");
    await expect(payment.refunds).toHaveCount(1);
    expect(await readLedger(demo, { idempotency_key: id })).toEqual([expect.objectContaining({ refunded: "5.00" })]);
  });
});

test.describe("for those who may not", () => {
  test.use({ expectedConsole: /status of 404|ERR_FAILED/ });

  test("a viewer has no buttons, the action refuses, and another merchant's payment is 404", async ({
    page,
    demo,
    api,
    otherApi,
    signInAs,
  }) => {
    const id = await hold(api);
    await signInAs("operator");
    const payment = new PaymentPage(page);
    await payment.open(id);
    await payment.button("Void").click();
    await page.route("**/transactions/*", async (route) => {
      if (route.request().method() === "POST") await route.abort("failed");
      else await route.continue();
    });
    const sent = page.waitForRequest((request) => request.method() === "POST");
    // Never arrives: it is sent again below, by somebody who may not.
    await payment.confirm("void").click();
    const request = await sent;
    const [url, headers, data] = [request.url(), request.headers(), request.postData() ?? ""];
    await expect(payment.dialog).toContainText("The answer was lost");

    for (const role of ["viewer", "developer"] as const) {
      await signInAs(role);
      await payment.open(id);
      await expect(payment.timeline).toHaveCount(2);
      await expect(page.getByRole("button", { name: /Capture|Void|Refund/ })).toHaveCount(0);
      const { cookie: _, ...others } = headers;
      const replayed = await page.request.post(url, { headers: others, data });
      expect(await replayed.text()).toContain("Your role may not do this.");
    }
    // The other merchant's owner, who may, but not this one.
    await signInAs("owner", "other");
    const missing = await page.goto(`/transactions/${id}`);
    expect(missing?.status()).toBe(404);
    const { cookie: _, ...others } = headers;
    const replayed = await page.request.post(url, { headers: others, data });
    expect(await replayed.text()).toContain("There is no such payment.");
    expect(await readLedger(demo, { idempotency_key: id })).toEqual([
      expect.objectContaining({ status: "authorized" }),
    ]);
    expect((await otherApi.call("GET", `/payments/${id}`)).status).toBe(404);
  });
});
