import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids/id";
import { expectField, refusal } from "./testing/input-desk";
import { idsIn, openVaultDesk, type VaultDesk } from "./testing/vault-desk";

let desk: VaultDesk;
beforeAll(async () => {
  desk = await openVaultDesk();
});
afterAll(() => desk.close());

const NEVER_WAS = "tok_00000000000000000000000000";
const CARD = { number: "5555555555554444", exp_month: 11, exp_year: 2041, cvc: "123" } as const;

describe("POST and GET /cards", () => {
  it("answers the card in the contract's order, then and later", async () => {
    const customer = await desk.addCustomer();
    const answer = await desk.post("/cards", { ...CARD, customer });
    expect(answer.status).toBe(201);
    expect(Object.entries(answer.json)).toEqual([
      ["id", expect.stringMatching(/^tok_[0-9a-z]{26}$/)],
      ["object", "card"],
      ["brand", "mastercard"],
      ["last4", "4444"],
      ["exp_month", 11],
      ["exp_year", 2041],
      ["fingerprint", expect.stringMatching(/^[0-9a-f]{64}$/)],
      ["customer", customer],
      ["duplicate_of", null],
      ["mode", "test"],
      ["created_at", expect.any(String)],
    ]);
    expect((await desk.get(`/cards/${answer.json.id}`)).json).toEqual(answer.json);
    expect(await desk.eventsOf(String(answer.json.id))).toMatchObject([{ type: "card.created", data: answer.json }]);
  });

  it.each([
    ["4000000000000002", "visa"],
    ["2223003122003222", "mastercard"],
    ["378282246310005", "amex"],
    ["6521500000000006", "rupay"],
    ["5085000000000007", "rupay"],
    ["6011111111111117", "discover"],
    ["30569309025904", "diners"],
    ["3530111333300000", "jcb"],
    ["6200000000000006", "unionpay"],
    ["676770000005", "maestro"],
    ["1234567812345670", "unknown"],
  ])("%s is %s", async (number, brand) => {
    expect((await desk.post("/cards", { ...CARD, cvc: undefined, number })).json.brand).toBe(brand);
  });

  it("an unknown customer, another merchant's, an erased one, one of the wrong shape: customer_not_found", async () => {
    const erased = await desk.addCustomer();
    await desk.delete(`/customers/${erased}`);
    for (const customer of [newId("cus"), await desk.other.addCustomer(), erased, "cus_", "x", "%00"]) {
      expectField(await desk.post("/cards", { ...CARD, customer }), "/customer", "customer_not_found");
    }
    expectField(await desk.post("/cards", { ...CARD, customer: 5 }), "/customer", "field_invalid");
  });

  it("lists newest first, a customer's alone, in pages that stay while cards arrive", async () => {
    const customer = await desk.addCustomer();
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) ids.unshift(await desk.addCard({ customer }));
    await desk.addCard();
    const first = await desk.get(`/cards?customer=${customer}&limit=2`);
    ids.unshift(await desk.addCard({ customer }));
    const second = await desk.get(`/cards?customer=${customer}&limit=2&cursor=${first.json.next_cursor}`);
    expect([idsIn(first), idsIn(second)]).toEqual([ids.slice(1, 3), ids.slice(3)]);
    expect(second.json.next_cursor).toBeNull();
    expect(idsIn(await desk.get("/cards?limit=3"))).toHaveLength(3);
    expect(idsIn(await desk.get(`/cards?customer=${newId("cus")}`))).toEqual([]);
    expect(idsIn(await desk.other.get(`/cards?customer=${customer}`))).toEqual([]);
  });

  it.each([
    ["limit=0", "/limit", "field_invalid"],
    ["customer=%00", "/customer", "field_invalid"],
    ["customer=a&customer=b", "/customer", "field_invalid"],
    ["brand=visa", "/brand", "field_unknown"],
  ])("%s: %s %s", async (query, pointer, code) => {
    expectField(await desk.get(`/cards?${query}`), pointer, code);
    expect(refusal(await desk.get("/cards?cursor=x"))).toEqual([400, "cursor_invalid"]);
  });

  it("another merchant's card is 404 to every method, as one that never was", async () => {
    const id = await desk.addCard();
    for (const of of [id, NEVER_WAS, "%00", "cus_00000000000000000000000000"]) {
      expect(refusal(await desk.other.get(`/cards/${of}`))).toEqual([404, "not_found"]);
      expect(refusal(await desk.other.delete(`/cards/${of}`))).toEqual([404, "not_found"]);
    }
    expect((await desk.get(`/cards/${id}`)).status).toBe(200);
  });

  it("a key without the permission: 403", async () => {
    const reader = desk.as(await desk.world.addApiKey(desk.merchantId, { permissions: ["cards:read"] }));
    const id = await desk.addCard();
    expect((await reader.get(`/cards/${id}`)).status).toBe(200);
    expect(refusal(await reader.delete(`/cards/${id}`))).toEqual([403, "permission_denied"]);
  });
});

describe("duplicates", () => {
  it("name the first card that is still there", async () => {
    const mine = desk.as(await desk.world.addApiKey(await desk.world.addMerchant()));
    const duplicateOf = async () => (await mine.post("/cards", CARD)).json.duplicate_of;
    const first = await mine.addCard(CARD);
    expect(await duplicateOf()).toBe(first);
    const second = idsIn(await mine.get("/cards"))[0];
    await mine.delete(`/cards/${first}`);
    expect(await duplicateOf()).toBe(second);
  });

  it("of ten at the same moment one is the first", async () => {
    const mine = desk.as(await desk.world.addApiKey(await desk.world.addMerchant()));
    const answers = await Promise.all(Array.from({ length: 10 }, () => mine.post("/cards", CARD)));
    const firsts = answers.filter(({ json }) => json.duplicate_of === null);
    expect(firsts).toHaveLength(1);
    expect(new Set(answers.map(({ json }) => json.duplicate_of))).toEqual(new Set([null, firsts[0]?.json.id]));
  });
});
