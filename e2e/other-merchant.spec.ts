import { newReference, pay, problemCode, readPaymentList } from "./fixtures/shop";
import { expect, test } from "./fixtures/test";

test.use({ expectedConsole: /status of 404/ });

// The attack: somebody of another merchant has the payment's id, its reference and its card's last digits.
test("merchants.isolated: the second merchant sees nothing of the first one's payment", async ({
  page,
  api,
  otherApi,
  signInAs,
}) => {
  const { payment: theirs } = await pay(api, { reference: newReference("theirs") });
  const { payment: own } = await pay(otherApi, { reference: newReference("own") });
  await signInAs("owner", "other");
  const main = page.getByRole("main");

  // Their own is there, so an empty page would not pass for a safe one.
  await page.goto("/transactions");
  await expect(main).toContainText(own.id);
  await expect(main).not.toContainText(theirs.id);
  for (const search of [theirs.id, theirs.reference ?? "", "theirs-"]) {
    await page.goto(`/transactions?q=${search}`);
    await expect(main).toContainText("No payment matches");
  }
  const missing = await page.goto(`/transactions/${theirs.id}`);
  expect(missing?.status()).toBe(404);
  await expect(main).toContainText(/404.*does not exist/s);

  await page.goto(`/audit?resource=${own.id}`);
  await expect(main).toContainText("payment.captured");
  for (const filter of [`resource=${theirs.id}`, "actor=owner@saffron.example"]) {
    await page.goto(`/audit?${filter}`);
    await expect(main).toContainText("No entry matches");
  }

  const csv = await (await page.request.get("/transactions/export")).text();
  expect(csv).toContain(own.id);
  expect(csv).not.toContain(theirs.id);
});

test("merchants.isolated: by API too, another's id is 404 like one that never was", async ({ api, otherApi }) => {
  const { payment: theirs } = await pay(api, { reference: newReference("theirs") });
  const byId = await otherApi.call("GET", `/payments/${theirs.id}`);
  const neverWas = await otherApi.call("GET", `/payments/pay_${"0".repeat(26)}`);
  expect(byId.status).toBe(404);
  expect(problemCode(byId)).toBe(problemCode(neverWas));
  expect(withoutIds(byId.text)).toBe(withoutIds(neverWas.text));

  const list = await otherApi.call("GET", `/payments?reference=${theirs.reference}`);
  expect(readPaymentList(list)).toEqual({ data: [], next_cursor: null });
});

function withoutIds(body: string): string {
  return body.replaceAll(/(req|pay)_[0-9a-z]+/g, "$1_");
}
