import { desc, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemContext } from "@/db/audit-context";
import { payments } from "@/db/schema";
import { transact } from "@/db/transact";
import { insertCustomer } from "@/lib/customers/customer-store";
import { type CardId, type MerchantId, newId } from "@/lib/ids/id";
import { CURRENCIES, exponentOf, parseCurrency } from "@/lib/money/currency";
import { findFilter } from "./find-filter";
import { listPayments, matching, type PaymentFilter } from "./payment-list-store";
import { createPaymentWorld, type PaymentWorld } from "./testing/payment-world";

let world: PaymentWorld;
let merchantId: MerchantId;
let cards: readonly CardId[];
const PAYMENTS = 4_000;

beforeAll(async () => {
  world = await createPaymentWorld();
  merchantId = await world.addMerchant();
  cards = [await world.addCard(merchantId), await world.addCard(merchantId, "5555555555554444")];
  await fill();
});
afterAll(() => world.close());

const scope = () => ({ merchantId, mode: "test" }) as const;
const currency = (code: string) => {
  const parsed = parseCurrency(code);
  if (parsed === null) throw new Error("no currency");
  return parsed;
};

/** A merchant of whose payments few are in yen, with the second card, or large. Past the trail, which would be as long. */
async function fill(): Promise<void> {
  await world.tamper(sql`alter table payments disable trigger user`);
  await world.tamper(sql`
    insert into payments (id, merchant_id, mode, status, currency, amount_minor, captured_minor, capture, card_id,
                          card_brand, card_last_four, card_exp_month, card_exp_year, created_at)
    select 'pay_' || lpad(n::text, 26, '0'), ${merchantId}, 'test', 'captured', case when n % 400 = 0 then 'JPY' else 'INR' end,
           n, n, true, case when n % 400 = 1 then ${cards[1]}::text else ${cards[0]}::text end, 'visa',
           case when n % 400 = 1 then '4444' else '4242' end, 12, 2040, now() - n * interval '1 minute'
      from generate_series(1, ${PAYMENTS}) as n`);
  await world.tamper(sql`alter table payments enable trigger user`);
  await world.owner.db.execute(sql`analyze payments`);
}

async function planOf(filter: PaymentFilter): Promise<string> {
  const page = world.owner.db
    .select()
    .from(payments)
    .where(matching(scope(), filter))
    .orderBy(desc(payments.createdAt), desc(payments.id))
    .limit(26);
  const rows = await world.owner.db.execute<{ "QUERY PLAN": string }>(sql`explain ${page.getSQL()}`);
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

describe("payments.filters: the attack is a list that reads every payment of a merchant to show none", () => {
  it.each<[string, () => PaymentFilter, string]>([
    ["nothing", () => ({}), "payments_newest"],
    ["a status", () => ({ status: "failed" }), "payments_status"],
    ["a currency", () => ({ currency: currency("JPY") }), "payments_currency"],
    ["a card", () => ({ card: cards[1] }), "payments_card"],
    ["the last four digits of a card", () => ({ search: "4444" }), "payments_last_four"],
    ["an amount", () => ({ amountMin: "39.50" }), "payments_amount"],
    ["two amounts", () => ({ amountMin: "10.00", amountMax: "10.10" }), "payments_amount"],
    ["a reference", () => ({ reference: "order-1" }), "_reference"],
  ])("a list by %s is read from its index", async (_, filter, index) => {
    const plan = await planOf(filter());
    expect(plan).toContain(index);
    expect(plan).not.toContain("Seq Scan on payments");
  });

  it.each<[string, () => PaymentFilter]>([
    ["nothing", () => ({})],
    ["a status", () => ({ status: "captured" })],
    ["a currency", () => ({ currency: currency("INR") })],
    ["a card", () => ({ card: cards[0] })],
  ])("a page by %s ends with its last row, and sorts nothing", async (_, filter) => {
    expect(await planOf(filter())).not.toContain("Sort");
  });
});

it("Postgres counts the decimals of every currency as ISO 4217 does", async () => {
  const rows = await world.owner.db.execute<{ code: string; major: string }>(
    sql`select code, major_amount(1, code)::text as major from json_array_elements_text(${JSON.stringify(CURRENCIES)}::json) as code`,
  );
  expect(rows.length).toBe(CURRENCIES.length);
  for (const { code, major } of rows) expect([code, Number(major)]).toEqual([code, 10 ** -exponentOf(currency(code))]);
});

it("no index orders its rows in a way that no list asks for", async () => {
  // Bit 1: DESC; bit 2: nulls first. DESC with nulls last is nobody's ORDER BY, and the whole table is sorted instead.
  const rows = await world.owner.db.execute<{ name: string }>(
    sql`select indexrelid::regclass::text as name from pg_index join pg_class on pg_class.oid = indrelid
        where relnamespace = 'public'::regnamespace and 1 = any (indoption::int2[])`,
  );
  expect(rows.map(({ name }) => name)).toEqual([]);
});

// The attack: a shop gives one address to all of its guests, and the payments of some of them are nowhere.
it("an address finds the payments of everybody who has it, however many they are", async () => {
  const context = { ...systemContext("test"), merchantId };
  const email = "guests@example.com";
  const details = { name: "Guest", email, phone: null, taxId: null, metadata: {} };
  const first = newId("cus");
  await transact(world.owner, context, (tx) => insertCustomer(tx, world.ring, first, scope(), details));
  await world.tamper(sql`
    insert into customers (id, merchant_id, mode, key, name, email, metadata, email_index)
    select 'cus_' || lpad(n::text, 26, '0'), merchant_id, mode, key, name, email, metadata, email_index
      from customers, generate_series(1, 1100) as n where id = ${first}`);
  await world.tamper(sql`
    update payments set customer_id = 'cus_' || lpad(n::text, 26, '0')
      from generate_series(1, 1100) as n where id = 'pay_' || lpad(n::text, 26, '0')`);
  const count = async (q: string) => {
    const filter = findFilter(world.ring, scope(), { q }, "UTC");
    return (await listPayments(world.owner.db, scope(), filter, { limit: 2000, cursor: null })).payments.length;
  };
  expect(await count("Guests@Example.com")).toBe(1100);
  expect(await count("nobody@example.com")).toBe(0);
  expect(await count("cus_00000000000000000000000007")).toBe(1);
  const stranger = { merchantId: await world.addMerchant(), mode: "test" } as const;
  const theirs = findFilter(world.ring, stranger, { q: email }, "UTC");
  expect((await listPayments(world.owner.db, stranger, theirs, { limit: 10, cursor: null })).payments).toEqual([]);
});
