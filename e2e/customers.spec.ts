import { randomInt } from "node:crypto";
import { CARDS } from "./fixtures/cards";
import { givePasskey } from "./fixtures/passkey";
import { newReference, problemCode, tokenise } from "./fixtures/shop";
import type { SignedClient } from "./fixtures/signed-client";
import { expect, test } from "./fixtures/test";

type Person = Readonly<{ id: string; name: string; email: string; phone: string }>;

/** Somebody whom no other test knows. */
async function addCustomer(api: SignedClient): Promise<Person> {
  const tag = newReference("ada");
  const person = { name: `Ada ${tag}`, email: `${tag}@example.com`, phone: `+9190000${randomInt(10_000, 99_999)}` };
  const answer = await api.call("POST", "/customers", { body: { ...person, tax_id: "ABCDE1234F" } });
  expect(answer.status, answer.text).toBe(201);
  return { ...person, id: (JSON.parse(answer.text) as { id: string }).id };
}

async function payAs(api: SignedClient, customer: string): Promise<string> {
  const body = { number: CARDS.mastercard, exp_month: 12, exp_year: 2040, customer };
  const card = JSON.parse((await api.call("POST", "/cards", { body })).text) as { id: string };
  const order = { amount: "99.00", currency: "INR", card: card.id, customer };
  const answer = await api.call("POST", "/payments", { body: order, idempotencyKey: newReference("cus") });
  expect(answer.status, answer.text).toBe(201);
  return (JSON.parse(answer.text) as { id: string }).id;
}

test("a customer is found by the whole of an email or a phone number, masked, with cards and payments", async ({
  page,
  api,
  signInAs,
}) => {
  const person = await addCustomer(api);
  const paymentId = await payAs(api, person.id);
  await signInAs("viewer");
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Customers" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Customers" })).toBeVisible();
  const main = page.getByRole("main");
  for (const typed of [person.email.toUpperCase(), person.phone, person.id]) {
    await page.getByRole("searchbox", { name: "Search" }).fill(typed);
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL((url) => url.searchParams.get("q") === typed);
    await expect(page.getByRole("row")).toHaveCount(2);
    await expect(main).toContainText(person.name);
  }
  await expect(main).not.toContainText(person.email);
  await expect(main).not.toContainText(person.phone);
  await page.goto(`/customers?q=${encodeURIComponent(person.name)}`);
  await expect(main).toContainText("Search by a whole email or phone number");

  await page.goto(`/customers/${person.id}`);
  await expect(page.getByRole("heading", { level: 1, name: person.name })).toBeVisible();
  await expect(main).toContainText(paymentId);
  await expect(main).toContainText(/Mastercard ending in ••••4444/);
  await expect(main).toContainText(`•••@example.com`);
  await expect(main).toContainText("+91••••••");
  await expect(main).toContainText("••••••234F");
  expect(await page.content()).not.toContain(person.phone);
  await expect(page.getByRole("button", { name: "Reveal" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Erase customer" })).toBeHidden();

  // The list of payments knows them too, by the same search.
  await page.goto(`/transactions?q=${encodeURIComponent(person.email)}`);
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(main).toContainText(person.name);
  await page.goto(`/transactions/${paymentId}`);
  await page.getByRole("link", { name: person.name }).click();
  await expect(page).toHaveURL(`/customers/${person.id}`);
});

test("an admin reveals a customer's data, and the trail says so", async ({ page, api, signInAs }) => {
  const person = await addCustomer(api);
  const { email } = await signInAs("admin");
  await page.goto(`/customers/${person.id}`);
  const main = page.getByRole("main");
  await expect(main).not.toContainText(person.email);
  await page.getByRole("button", { name: "Reveal" }).click();
  await expect(main).toContainText(person.email);
  await expect(main).toContainText(person.phone);
  await expect(main).toContainText("ABCDE1234F");
  await page.getByRole("button", { name: "Hide" }).click();
  await expect(main).not.toContainText(person.phone);
  await page.goto(`/audit?resource=${person.id}`);
  const entry = page.getByRole("row").filter({ hasText: "customer.revealed" });
  await expect(entry).toHaveCount(1);
  await expect(entry).toContainText(email);
});

test.describe("erasing", () => {
  test.use({ expectedConsole: /status of 404/ });

  test("an owner erases a customer behind a proof: the data is gone, the payment stays", async ({
    page,
    api,
    ownerDatabase,
    signInAs,
  }) => {
    const person = await addCustomer(api);
    const paymentId = await payAs(api, person.id);
    const { email } = await signInAs("owner");
    await givePasskey(page, ownerDatabase, email);
    await page.goto(`/customers/${person.id}`);
    await page.getByRole("button", { name: "Erase customer" }).click();
    const asked = page.getByRole("dialog", { name: "Erase this customer?" });
    await expect(asked).toContainText("cannot be undone");
    await asked.getByRole("button", { name: "Erase for good" }).click();
    const proof = page.getByRole("dialog", { name: "Confirm it's you" });
    await expect(proof).toContainText(person.id);
    // Without the proof nothing happens.
    await proof.getByRole("button", { name: "Cancel" }).click();
    expect((await api.call("GET", `/customers/${person.id}`)).status).toBe(200);
    await asked.getByRole("button", { name: "Erase for good" }).click();
    await proof.getByRole("button", { name: "Use a passkey" }).click();

    await expect(page.getByRole("heading", { level: 1, name: "Customers" })).toBeVisible();
    await expect(page.getByRole("status")).toContainText("Customer erased.");
    const gone = await api.call("GET", `/customers/${person.id}`);
    expect([gone.status, problemCode(gone)]).toEqual([404, "not_found"]);
    expect((await page.goto(`/customers/${person.id}`))?.status()).toBe(404);
    await page.goto(`/transactions/${paymentId}`);
    await expect(page.getByRole("main")).toContainText("Erased customer");
    await page.goto(`/audit?resource=${person.id}`);
    await expect(page.getByRole("main")).toContainText("customer.erased");
    await expect(page.getByRole("main")).not.toContainText(person.name);
  });
});

test("cards are listed by their last digits and their customer, and never by more", async ({ page, api, signInAs }) => {
  const person = await addCustomer(api);
  await payAs(api, person.id);
  const nobodys = await tokenise(api, CARDS.rupay);
  await signInAs("operator");
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Cards" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Cards" })).toBeVisible();
  const main = page.getByRole("main");
  await expect(main).toContainText(nobodys);
  await page.getByRole("searchbox", { name: "Search" }).fill(nobodys);
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(main).toContainText(/RuPay ending in ••••0006/);
  await page.goto(`/cards?customer=${person.id}&q=4444`);
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("list", { name: "Active filters" })).toContainText(person.name);
  await page.getByRole("row").getByRole("link", { name: person.name }).click();
  await expect(page.getByRole("heading", { level: 1, name: person.name })).toBeVisible();
  await page.goto(`/cards?q=${CARDS.mastercard}`);
  await expect(main).toContainText("No card matches");
});

test("merchants.isolated: another merchant's customer and card are not there", async ({ page, api, signInAs }) => {
  const person = await addCustomer(api);
  const card = await tokenise(api, CARDS.approves);
  await signInAs("owner", "other");
  for (const path of [`/customers?q=${encodeURIComponent(person.email)}`, `/customers?q=${person.id}`]) {
    await page.goto(path);
    await expect(page.getByRole("main")).toContainText("No customer matches");
  }
  for (const path of [`/cards?q=${card}`, `/cards?customer=${person.id}`]) {
    await page.goto(path);
    await expect(page.getByRole("main")).toContainText("No card matches");
  }
});

test("card.deleted-by-hand: an admin is told what goes and what stays, and shreds a card by the keyboard", async ({
  page,
  api,
  signInAs,
}) => {
  const person = await addCustomer(api);
  await payAs(api, person.id);
  await signInAs("operator");
  await page.goto(`/customers/${person.id}`);
  await expect(page.getByRole("main")).toContainText(/Mastercard ending in ••••4444/);
  await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(0);

  await signInAs("admin");
  await page.goto(`/customers/${person.id}`);
  const button = page.getByRole("button", { name: "Delete", exact: true });
  await expect(button).toHaveAccessibleDescription(/Mastercard ending in 4444/);
  await button.press("Enter");
  const asked = page.getByRole("dialog", { name: "Delete this card?" });
  await expect(asked).toContainText("still pending goes on");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
  await button.press("Enter");
  await asked.getByRole("button", { name: "Delete card" }).press("Enter");
  const notice = page.getByRole("status").filter({ hasText: "Mastercard ending in 4444 deleted" });
  await expect(notice).toBeFocused();
  await expect(button).toHaveCount(0);
  const cards = await api.call("GET", `/cards?customer=${person.id}`);
  expect(JSON.parse(cards.text)).toMatchObject({ data: [] });
});
