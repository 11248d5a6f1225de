import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { findCardNumbers } from "@/lib/sensitive/find-card-numbers";
import type { ApiAnswer } from "./testing/api-desk";
import { expectField } from "./testing/input-desk";
import { openVaultDesk, type VaultDesk } from "./testing/vault-desk";

// What the other files of bad input (api-body, api-fields, api-cards, api-holds, api-refunds) leave out: cards at the edge of
// their rules, and what was erased, deleted or is another's where a payment asks for it.

let desk: VaultDesk;
beforeAll(async () => {
  desk = await openVaultDesk();
});
afterAll(() => desk.close());
afterEach(() => vi.useRealTimers());

const NUMBER = "4242424242424242";
const CODE = "737";
type Fields = Readonly<Record<string, unknown>>;

const tokenize = (fields: Fields) =>
  desk.post("/cards", { number: NUMBER, exp_month: 12, exp_year: 2040, cvc: CODE, ...fields });

/** Nothing of the card comes back: neither what was sent as its number, nor its code, whatever their digits are written in. */
function expectNothingOfCard(answer: ApiAnswer, ...sent: readonly unknown[]): void {
  const { request_id: _, ...shown } = answer.json;
  const text = JSON.stringify(shown).normalize("NFKC");
  const digits = text.replace(/[^0-9]/g, "");
  expect(findCardNumbers(text)).toEqual([]);
  for (const value of [NUMBER, CODE, ...sent].map((each) => String(each).normalize("NFKC"))) {
    const run = value.replace(/[^0-9]/g, "");
    if (run.length > 4) expect(digits).not.toContain(run.slice(0, 6));
    else if (run.length > 2) expect(text).not.toContain(run);
  }
}

describe("a card", () => {
  it.each<[string, Fields, string, string]>([
    ["of 11 digits", { number: "42424242427" }, "/number", "card_number_invalid"],
    ["of 20 digits", { number: "42424242424242424242" }, "/number", "card_number_invalid"],
    ["of 400 digits", { number: "4242".repeat(100) }, "/number", "card_number_invalid"],
    ["with letters", { number: "4242a242b242c242" }, "/number", "card_number_invalid"],
    ["with an O for a 0", { number: "4OOOOOOOOOOOOO02" }, "/number", "card_number_invalid"],
    ["with a letter behind", { number: `${NUMBER}x` }, "/number", "card_number_invalid"],
    ["in full-width digits", { number: "４２４２４２４２４２４２４２４２" }, "/number", "card_number_invalid"],
    ["in Arabic digits", { number: "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢" }, "/number", "card_number_invalid"],
    ["that fails Luhn", { number: "4242424242424243" }, "/number", "card_number_invalid"],
    ["of RuPay that fails Luhn", { number: "6521500000000007" }, "/number", "card_number_invalid"],
    ["with a line break", { number: `${NUMBER}\n` }, "/number", "card_number_invalid"],
    ["that is empty", { number: "" }, "/number", "card_number_invalid"],
    ["that is null", { number: null }, "/number", "card_number_invalid"],
    ["that is a list", { number: [NUMBER] }, "/number", "card_number_invalid"],
    ["that is a JSON number", { number: Number(NUMBER) }, "/number", "card_number_invalid"],
    ["with a code in full-width digits", { cvc: "７３７" }, "/cvc", "cvc_invalid"],
    ["with letters in its code", { cvc: "73a" }, "/cvc", "cvc_invalid"],
    ["with an empty code", { cvc: "" }, "/cvc", "cvc_invalid"],
    ["with a code that is a number", { cvc: 737 }, "/cvc", "cvc_invalid"],
    ["with a month of none", { exp_month: 0 }, "/exp_month", "field_invalid"],
    ["with a month as text", { exp_month: "12" }, "/exp_month", "field_invalid"],
    ["of a year with two digits", { exp_year: 40 }, "/exp_year", "field_invalid"],
    ["of a customer without a name", { customer: "" }, "/customer", "customer_not_found"],
    ["with a field nobody knows", { cvv: "737" }, "/cvv", "field_unknown"],
  ])("%s is refused, and nothing of it comes back", async (_, fields, pointer, code) => {
    const answer = await tokenize(fields);
    expectField(answer, pointer, code);
    expectNothingOfCard(answer, ...Object.values(fields));
  });

  it("is good through its month, by the database's clock and as long as that lasts anywhere", async () => {
    // Twelve hours behind UTC it is this month still.
    const [row] = await desk.world.owner.db.execute<{ month: number; year: number }>(
      sql`select extract(month from t)::int as month, extract(year from t)::int as year
          from (select (now() - interval '12 hours') at time zone 'UTC' as t) as anywhere`,
    );
    if (!row) throw new Error("the database has no clock");
    const last =
      row.month === 1 ? { exp_month: 12, exp_year: row.year - 1 } : { exp_month: row.month - 1, exp_year: row.year };
    const expired = await tokenize(last);
    expectField(expired, "/exp_year", "card_expired");
    expectNothingOfCard(expired);
    expect((await tokenize({ exp_month: row.month, exp_year: row.year })).status).toBe(201);
  });

  // The attack: a server's clock is wrong, and it turns good customers away or takes cards that are long gone.
  it.each(["2019-01-01T00:00:00Z", "2089-01-01T00:00:00Z"])(
    "is not judged by the server's own clock (%s)",
    async (wrong) => {
      const timestamp = String(Math.floor(Date.now() / 1000));
      const send = (exp_year: number) =>
        desk.send({
          method: "POST",
          path: "/api/v1/cards",
          body: { number: NUMBER, exp_month: 1, exp_year },
          timestamp,
        });
      vi.useFakeTimers({ toFake: ["Date"], now: new Date(wrong) });
      expectField(await send(2020), "/exp_year", "card_expired");
      expect((await send(2088)).status).toBe(201);
    },
  );
});

describe("a payment", () => {
  it.each<[string, Fields, string, string]>([
    ["with a code that is a number", { cvc: 737 }, "/cvc", "cvc_invalid"],
    ["with a code that is a list", { cvc: ["737"] }, "/cvc", "cvc_invalid"],
    ["with an empty code", { cvc: "" }, "/cvc", "cvc_invalid"],
    ["with a card's number for its code", { cvc: NUMBER }, "/cvc", "cvc_invalid"],
    ["with four digits for another card than American Express", { cvc: "7377" }, "/cvc", "cvc_invalid"],
    ["with a number for its card", { card: NUMBER }, "/card", "card_not_found"],
    ["with a card's object for its card", { card: { number: NUMBER, cvc: CODE } }, "/card", "card_not_found"],
    ["of a customer without a name", { customer: "" }, "/customer", "customer_not_found"],
    ["of a customer that is a number", { customer: 737 }, "/customer", "field_invalid"],
    ["with a card's fields beside it", { number: NUMBER }, "/number", "field_unknown"],
  ])("%s is refused, and nothing of the card comes back", async (_, fields, pointer, code) => {
    const answer = await desk.pay({ card: await desk.addCard(), cvc: CODE, ...fields });
    expectField(answer, pointer, code);
    expectNothingOfCard(answer, ...Object.values(fields));
  });

  it.each<[string, () => Promise<Fields>, string, string]>([
    ["for an erased customer", async () => ({ customer: await erased() }), "/customer", "customer_not_found"],
    [
      "for another merchant's customer",
      async () => ({ customer: await desk.other.addCustomer() }),
      "/customer",
      "customer_not_found",
    ],
    ["with a deleted card", async () => ({ card: await deleted() }), "/card", "card_not_found"],
    ["with an erased customer's card", async () => ({ card: await cardOfErased() }), "/card", "card_not_found"],
    ["with another merchant's card", async () => ({ card: await desk.other.addCard() }), "/card", "card_not_found"],
    ["with a card of the other mode", async () => ({ card: await cardOfLive() }), "/card", "card_not_found"],
  ])("%s is refused, and the key stays free", async (_, fields, pointer, code) => {
    const changes = { card: await desk.addCard(), ...(await fields()) };
    const answer = await desk.pay({ cvc: CODE, ...changes });
    expectField(answer, pointer, code);
    expectNothingOfCard(answer);
    expect((await desk.get("/payments")).json.data).toEqual([]);
  });
});

async function erased(): Promise<string> {
  const customer = await desk.addCustomer();
  await desk.delete(`/customers/${customer}`);
  return customer;
}

async function deleted(): Promise<string> {
  const card = await desk.addCard();
  await desk.delete(`/cards/${card}`);
  return card;
}

async function cardOfErased(): Promise<string> {
  const customer = await desk.addCustomer();
  const card = await desk.addCard({ customer });
  await desk.delete(`/customers/${customer}`);
  return card;
}

async function cardOfLive(): Promise<string> {
  return desk.as(await desk.world.addApiKey(desk.merchantId, { mode: "live" })).addCard();
}
