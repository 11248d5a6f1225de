import { CARDS } from "./fixtures/cards";
import { readLedger } from "./fixtures/ledger";
import { newReference, pay, problemCode, readPayment, readPaymentList, tokenise } from "./fixtures/shop";
import { expect, test } from "./fixtures/test";

const DAY_MS = 86_400_000;

// The attack, or the bad network: a client that sends one order again and again. The second merchant's key, because fifty
// calls are half of a merchant's minute.
test("idempotency.one-charge: fifty calls at once with one key charge once", async ({ demo, otherApi }) => {
  const reference = newReference("fifty");
  const body = { amount: "99.99", currency: "USD", reference, card: await tokenise(otherApi, CARDS.approves) };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => otherApi.call("POST", "/payments", { body, idempotencyKey: reference })),
  );

  const taken = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(taken.length).toBeGreaterThan(0);
  expect(new Set(taken.map(({ text }) => text)).size).toBe(1);
  expect(taken.filter(({ headers }) => headers.get("idempotent-replayed") === null)).toHaveLength(1);
  for (const answer of refused) {
    expect(answer.status).toBe(409);
    expect(problemCode(answer)).toBe("idempotency_key_in_use");
  }
  const charges = await readLedger(demo, { reference });
  expect(charges).toEqual([expect.objectContaining({ amount: "99.99", captured: "99.99", currency: "USD" })]);
  const list = readPaymentList(await otherApi.call("GET", `/payments?reference=${reference}`));
  expect(list.data.map(({ id }) => id)).toEqual([charges[0]?.idempotency_key]);
});

test("the acquirer never answers: pending, never called failed, charged once, and captured in the end", async ({
  page,
  demo,
  api,
  signInAs,
}) => {
  const reference = newReference("silence");
  const { answer, payment } = await pay(api, { reference, card: CARDS.chargesThenNeverAnswers });
  expect(answer.status).toBe(202);
  expect(payment).toMatchObject({ status: "pending", amount_captured: "0.00", failure: null });

  const seen = new Set<string>();
  const look = async () => {
    const { status } = readPayment(await api.call("GET", `/payments/${payment.id}`));
    seen.add(status);
    return status;
  };
  await expect.poll(look, { timeout: 30_000 }).toBe("captured");
  expect(seen.isSubsetOf(new Set(["pending", "captured"]))).toBe(true);
  expect(await readLedger(demo, { idempotency_key: payment.id })).toHaveLength(1);

  await signInAs("operator");
  await page.goto(`/transactions/${payment.id}`);
  const timeline = page.getByRole("list", { name: "Timeline" }).getByRole("listitem");
  await expect(timeline.last()).toContainText(/Captured.*pending → captured/s);
});

test("the seed's payments are in the acquirer's ledger, to the last decimal", async ({ demo, api }) => {
  const ledger = new Map(
    (await readLedger(demo, { limit: "10000" })).map((charge) => [charge.idempotency_key, charge] as const),
  );
  expect(ledger.size).toBeGreaterThanOrEqual(5000);

  const currencies = new Set<string>();
  // The tests' own payments are of today; a hundred of each of four days of the seed.
  for (const daysAgo of [2, 20, 45, 80]) {
    const until = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
    const { data } = readPaymentList(await api.call("GET", `/payments?limit=100&created_to=${until}`));
    expect(data).toHaveLength(100);
    for (const { id, amount, amount_captured, amount_refunded, currency, reference } of data) {
      currencies.add(currency);
      const booked = { amount, captured: amount_captured, refunded: amount_refunded, currency, reference };
      expect(ledger.get(id)).toMatchObject(booked);
    }
  }
  expect([...currencies].sort()).toEqual(["INR", "JPY", "KWD", "USD"]);
});
