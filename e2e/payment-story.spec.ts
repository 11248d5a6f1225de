import { CARDS } from "./fixtures/cards";
import { newReference, pay, problemCode, readPayment, tokenise } from "./fixtures/shop";
import { expect, test } from "./fixtures/test";
import { SignInPages } from "./pages/sign-in-pages";

test("a payment over the signed API is found, told and audited in the dashboard", async ({ page, demo, api }) => {
  const reference = newReference("story");
  const { answer, payment } = await pay(api, { reference, amount: "1234.56", currency: "INR" });
  expect(answer.status).toBe(201);
  expect(payment).toMatchObject({ status: "captured", amount: "1234.56", amount_captured: "1234.56", reference });

  await page.goto("/transactions");
  await new SignInPages(page).signIn(demo.owner);
  await page.getByRole("searchbox", { name: "Search" }).fill(reference);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/transactions?q=${reference}`);
  const rows = page.getByRole("table").getByRole("row").filter({ hasText: "pay_" });
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(/1,234\.56.*Captured.*4242/s);
  await rows.getByRole("link", { name: reference }).click();

  await expect(page.getByRole("heading", { level: 1, name: payment.id })).toBeVisible();
  const timeline = page.getByRole("list", { name: "Timeline" }).getByRole("listitem");
  await expect(timeline).toHaveCount(2);
  await expect(timeline.nth(0)).toContainText(/Payment created.*API key/s);
  await expect(timeline.nth(1)).toContainText(/Captured.*API key.*pending → captured/s);

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Audit" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Audit trail" })).toBeVisible();
  await page.getByRole("textbox", { name: "Resource" }).fill(payment.id);
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(`/audit?resource=${payment.id}`);
  const entries = page.getByRole("table").getByRole("row").filter({ hasText: payment.id });
  await expect(entries).toHaveCount(2);
  await expect(entries.nth(0)).toContainText(/payment\.captured.*API key/s);
  await expect(entries.nth(1)).toContainText(/payment\.created.*API key/s);

  await page.getByRole("button", { name: "Verify chain" }).click();
  const verdict = page.getByRole("status").filter({ hasText: "Chain verified" });
  await expect(verdict).toContainText(/[1-9][\d,]{3,} entries/);
});

test("a declined payment says why", async ({ page, api, signInAs }) => {
  const reference = newReference("declined");
  const { answer, payment } = await pay(api, { reference, card: CARDS.declines });
  expect(answer.status).toBe(201);
  expect(payment).toMatchObject({ status: "failed", amount_captured: "0.00", failure: { code: "card_declined" } });

  await signInAs("admin");
  await page.goto(`/transactions/${payment.id}`);
  await expect(page.getByRole("main")).toContainText(`${payment.failure?.message} card_declined`);
  const last = page.getByRole("list", { name: "Timeline" }).getByRole("listitem").last();
  await expect(last).toContainText(/Declined.*pending → failed/s);
});

test("idempotency.replay: the same call again gets the same bytes, another body is refused", async ({ api }) => {
  const reference = newReference("replay");
  const order = { amount: "10.00", currency: "USD", reference, card: await tokenise(api, CARDS.approves) };
  const send = (body: object) => api.call("POST", "/payments", { body, idempotencyKey: reference });

  const first = await send(order);
  const again = await send(order);
  expect(first.headers.get("idempotent-replayed")).toBeNull();
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect({ status: again.status, text: again.text }).toEqual({ status: 201, text: first.text });

  const changed = await send({ ...order, amount: "11.00" });
  expect(changed.status).toBe(422);
  expect(problemCode(changed)).toBe("idempotency_key_reused");
  const stored = await api.call("GET", `/payments/${readPayment(first).id}`);
  expect(readPayment(stored)).toMatchObject({ amount: "10.00", status: "captured" });
});
