import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idempotencyKeys, payments } from "@/db/schema";
import { findCardNumbers } from "@/lib/sensitive/find-card-numbers";
import { CARD_NUMBER, expectField, type InputDesk, openInputDesk, refusal } from "./testing/input-desk";

let desk: InputDesk;
beforeAll(async () => {
  desk = await openInputDesk();
});
afterAll(() => desk.close());

const LONE_SURROGATE = "\ud800";

describe("fields", () => {
  it("an unknown one: field_unknown", async () => {
    expectField(await desk.pay({ tip: "1.00" }), "/tip", "field_unknown");
    expectField(
      await desk.payRaw(`{"amount":"1.00","currency":"INR","card":"${desk.card}","__proto__":{"a":1}}`),
      "/__proto__",
      "field_unknown",
    );
    expectField(await desk.pay({ constructor: "x" }), "/constructor", "field_unknown");
    expectField(await desk.pay({ "a/b~c": "x" }), "/a~1b~0c", "field_unknown");
  });

  it("several wrong ones: validation_failed, each with its pointer", async () => {
    const answer = await desk.pay({ tip: "1.00", capture: "yes", reference: 5 });
    expect(refusal(answer)).toEqual([422, "validation_failed"]);
    const pointers = (answer.json.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(["/capture", "/reference", "/tip"]);
  });

  it.each<[string, unknown, string]>([
    ["capture", "true", "field_invalid"],
    ["capture", null, "field_invalid"],
    ["capture", 1, "field_invalid"],
    ["reference", 5, "field_invalid"],
    ["reference", "", "field_invalid"],
    ["reference", "x".repeat(256), "field_invalid"],
    ["reference", "a\0b", "field_invalid"],
    ["reference", LONE_SURROGATE, "field_invalid"],
    ["description", "x".repeat(1001), "field_invalid"],
    ["description", { a: 1 }, "field_invalid"],
    ["metadata", [], "field_invalid"],
    ["metadata", "a=b", "field_invalid"],
    ["cvc", "12", "cvc_invalid"],
    ["cvc", "12a", "cvc_invalid"],
    ["customer", "cus_00000000000000000000000000", "customer_not_found"],
    ["card", "tok_00000000000000000000000000", "card_not_found"],
    ["card", "tok_\0", "card_not_found"],
    ["card", LONE_SURROGATE, "card_not_found"],
    ["card", "../../etc/passwd", "card_not_found"],
    ["reference", `order ${CARD_NUMBER}`, "card_number_in_text"],
    ["reference", "4242-4242-4242-4242", "card_number_in_text"],
    ["description", "card ４２４２ ４２４２ ４２４２ ４２４２", "card_number_in_text"],
  ])("%s %j: %s", async (name, value, code) => {
    expectField(await desk.pay({ [name]: value }), `/${name}`, code);
  });

  it.each<[unknown, string]>([
    [{ note: CARD_NUMBER }, "card_number_in_text"],
    [{ note: 5 }, "field_invalid"],
    [{ note: null }, "field_invalid"],
    [{ note: LONE_SURROGATE }, "field_invalid"],
    [{ note: "a\0" }, "field_invalid"],
    [{ note: "x".repeat(501) }, "field_invalid"],
  ])("metadata %j: %s, at the entry", async (metadata, code) => {
    expectField(await desk.pay({ metadata }), "/metadata/note", code);
  });

  it("a card number as the name of an entry is refused as such, and is not repeated", async () => {
    const answer = await desk.pay({ metadata: { [CARD_NUMBER]: "x" } });
    expect(refusal(answer)).toEqual([422, "card_number_in_text"]);
    expect(answer.text).not.toContain("4242");
  });

  it("an entry named __proto__ is refused, not lost", async () => {
    const answer = await desk.payRaw(
      `{"amount":"1.00","currency":"INR","card":"${desk.card}","metadata":{"__proto__":"x"}}`,
    );
    expect(refusal(answer)).toEqual([422, "field_invalid"]);
  });

  it("51 entries are too many", async () => {
    const metadata = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`n${index}`, "x"]));
    expectField(await desk.pay({ metadata }), "/metadata", "field_invalid");
  });
});

describe("cards", () => {
  it.each<[string, unknown, string]>([
    ["number", "4242424242424241", "card_number_invalid"],
    ["number", "4242  4242 4242 4242", "card_number_invalid"],
    ["number", 4242424242424242, "card_number_invalid"],
    ["number", undefined, "card_number_invalid"],
    ["number", "４２４２４２４２４２４２４２４２", "card_number_invalid"],
    ["exp_year", 2001, "card_expired"],
    ["cvc", "12", "cvc_invalid"],
    ["cvc", "1234", "cvc_invalid"],
    ["cvc", 123, "cvc_invalid"],
    ["exp_month", 13, "field_invalid"],
    ["exp_month", "12", "field_invalid"],
    ["exp_month", 1.5, "field_invalid"],
    ["exp_month", undefined, "field_missing"],
    ["exp_year", 40, "field_invalid"],
    ["customer", "cus_00000000000000000000000000", "customer_not_found"],
    ["name", "A", "field_unknown"],
  ])("%s %j: %s", async (name, value, code) => {
    expectField(await desk.tokenize({ [name]: value }), `/${name}`, code);
  });

  it("an American Express card has a code of four digits", async () => {
    expectField(await desk.tokenize({ number: "378282246310005", cvc: "123" }), "/cvc", "cvc_invalid");
    expect((await desk.tokenize({ number: "3782 822463 10005", cvc: "1234" })).status).toBe(201);
  });
});

describe("queries", () => {
  it.each([
    ["limit=0", "/limit"],
    ["limit=101", "/limit"],
    ["limit=-1", "/limit"],
    ["limit=1.5", "/limit"],
    ["limit=1e1", "/limit"],
    ["limit=0x10", "/limit"],
    ["limit=%2010", "/limit"],
    ["limit=ten", "/limit"],
    ["status=paid", "/status"],
    ["created_from=yesterday", "/created_from"],
    ["created_from=2026-02-30T00:00:00Z", "/created_from"],
    ["created_from=2026-01-01", "/created_from"],
    ["created_from=0000-01-01T00:00:00Z", "/created_from"],
    ["created_to=0001-01-01T00:00:00%2B23:00", "/created_to"],
    ["amount_min=1e3", "/amount_min"],
    ["amount_max=-1", "/amount_max"],
    ["reference=a%00b", "/reference"],
    ["card=tok_%00", "/card"],
    ["customer=%00", "/customer"],
    ["limit=5&limit=6", "/limit"],
    ["status=captured&status=failed", "/status"],
  ])("%s: field_invalid", async (query, pointer) => {
    expectField(await desk.get(`?${query}`), pointer, "field_invalid");
  });

  it("an unknown one: field_unknown; an unknown currency: currency_unsupported", async () => {
    expectField(await desk.get("?order=asc"), "/order", "field_unknown");
    expectField(await desk.get("?currency=XXX"), "/currency", "currency_unsupported");
  });

  it("on a POST: field_unknown", async () => {
    expectField(await desk.post("/api/v1/payments?x=1", "q"), "/x", "field_unknown");
  });

  it.each([
    ["nonsense"],
    ["1.pay_x"],
    ["zzzzzzzzzz.pay_00000000000000000000000000"],
    ["%00"],
    ["-1.pay_00000000000000000000000000"],
  ])("cursor %s: 400", async (cursor) => {
    expect(refusal(await desk.get(`?cursor=${cursor}`))).toEqual([400, "cursor_invalid"]);
  });

  it.each([["amount_min=0.00000000000000000001"], ["created_to=9999-12-31T23:59:59Z"], ["status="], ["limit=100"]])(
    "%s is read",
    async (query) => {
      expect((await desk.get(`?${query}`)).status).toBe(200);
    },
  );
});

describe("ids in the path", () => {
  it.each([["pay_00000000000000000000000000"], ["tok_00000000000000000000000000"], ["PAY_"], ["%00"], ["..%2F..%2F"]])(
    "%s: 404",
    async (id) => {
      expect(refusal(await desk.get(`/${id}`))).toEqual([404, "not_found"]);
    },
  );
});

describe("errors.no-card-data: the attack is to read a card number back out of a refusal", () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["as a name", { [CARD_NUMBER]: "x" }],
    ["as a name in groups of three", { "424-242-424-242-424-2": "x" }],
    ["as a name in other digits", { "４２４２４２４２４２４２４２４２": "x" }],
    ["as an entry's name in groups", { metadata: { "424 242 424 242 424 2": 5 } }],
    [
      "as a value of every field",
      Object.fromEntries(["amount", "currency", "card", "cvc", "customer"].map((name) => [name, CARD_NUMBER])),
    ],
    ["as a number", { amount: 4_242_424_242_424_242 }],
  ])("%s", async (_, changes) => {
    const answer = await desk.pay(changes);
    expect(answer.status).toBe(422);
    expect(answer.text.normalize("NFKC").replace(/[^0-9]/g, "")).not.toContain("424242");
  });

  it("no error of this whole file held one, and none a stack, SQL or a path", () => {
    expect(desk.refusals.length).toBeGreaterThan(60);
    for (const body of desk.refusals) {
      expect(findCardNumbers(body)).toEqual([]);
      expect(body).not.toMatch(/select |insert |node_modules|\.ts:|at Object/i);
    }
  });

  it("and nothing refused here was recorded", async () => {
    expect(await desk.world.owner.db.select().from(payments)).toEqual([]);
    expect(await desk.world.owner.db.select().from(idempotencyKeys)).toEqual([]);
  });
});
