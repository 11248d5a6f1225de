import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectField, type InputDesk, openInputDesk, refusal } from "./testing/input-desk";

let desk: InputDesk;
beforeAll(async () => {
  desk = await openInputDesk();
});
afterAll(() => desk.close());

const LONE_SURROGATE = "\ud800";

describe("bodies", () => {
  it("over 64 KiB: 413, whether announced or not", async () => {
    const large = JSON.stringify({ description: "x".repeat(65_536) });
    expect(refusal(await desk.payRaw(large))).toEqual([413, "body_too_large"]);
    expect(refusal(await desk.payRaw("{}", { "content-length": "65537" }))).toEqual([413, "body_too_large"]);
  });

  it("of exactly 64 KiB are read", async () => {
    const body = `{"amount":"12.50"${" ".repeat(65_536 - 18)}}`;
    expect(Buffer.byteLength(body)).toBe(65_536);
    expect((await desk.payRaw(body)).status).toBe(422);
  });

  it.each([
    ["text/plain"],
    ["application/x-www-form-urlencoded"],
    ["application/jsonp"],
    ["application/json-patch+json"],
    [null],
  ])("of type %s: 415", async (type) => {
    const answer = await desk.payRaw(JSON.stringify({}), { "content-type": type });
    expect(refusal(answer)).toEqual([415, "unsupported_media_type"]);
  });

  it.each([["application/json; charset=utf-8"], ["Application/JSON"], ["application/json ;charset=UTF-8"]])(
    "of type %s are read",
    async (type) => {
      expect((await desk.payRaw(JSON.stringify({}), { "content-type": type })).status).toBe(422);
    },
  );

  it.each([
    ["nothing", ""],
    ["half a document", '{"amount":'],
    ["two documents", "{}{}"],
    ["a comment", "{/* */}"],
    ["NaN", '{"amount":NaN}'],
    ["a byte order mark", "\ufeff{}"],
  ])("that are not JSON (%s): 400", async (_, body) => {
    expect(refusal(await desk.payRaw(body))).toEqual([400, "malformed_body"]);
  });

  it("that are not UTF-8: 400", async () => {
    const bytes = Buffer.concat([Buffer.from('{"description":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(refusal(await desk.payRaw(bytes))).toEqual([400, "malformed_body"]);
  });

  it.each([["null"], ["[]"], ['"text"'], ["12"], ["true"]])("that are no object (%s): 422", async (body) => {
    expect(refusal(await desk.payRaw(body))).toEqual([422, "field_invalid"]);
  });

  it.each([
    ["payments", "a-deep-body"],
    ["cards", "a-deep-body"],
    ["cards", undefined],
  ])(
    "body.depth: the attack is nesting that exhausts the stack of whatever walks it; of %s, key %s: 400",
    async (to, key) => {
      const body = `{"metadata":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
      expect(refusal(await desk.postRaw(`/api/v1/${to}`, body, key))).toEqual([400, "malformed_body"]);
    },
  );
});

describe("the idempotency key", () => {
  it("is needed for a payment", async () => {
    const answer = await desk.post("/api/v1/payments");
    expect(refusal(answer)).toEqual([400, "idempotency_key_missing"]);
  });

  it.each([["x".repeat(256)], ["tab\there"], ["Straße"]])("is refused when malformed: %s", async (idempotencyKey) => {
    const answer = await desk.post("/api/v1/payments", idempotencyKey);
    expect(refusal(answer)).toEqual([400, "idempotency_key_invalid"]);
  });

  it("may have 255 characters, spaces and signs", async () => {
    for (const idempotencyKey of ["x".repeat(255), "a b/c?d=é".replace("é", "e")]) {
      const answer = await desk.post("/api/v1/payments", idempotencyKey);
      expect(answer.status).toBe(422);
    }
  });
});

describe("amounts", () => {
  it.each<[unknown, string]>([
    ["1e3", "INR"],
    ["1,000.00", "INR"],
    ["٣", "INR"],
    ["１２", "INR"],
    ["0", "INR"],
    ["0.00", "INR"],
    ["-1", "INR"],
    ["+1", "INR"],
    ["01", "INR"],
    [".5", "INR"],
    ["1.", "INR"],
    [" 1", "INR"],
    ["1 ", "INR"],
    ["1\n", "INR"],
    ["", "INR"],
    ["NaN", "INR"],
    ["Infinity", "INR"],
    ["0x10", "INR"],
    [1, "INR"],
    [1.5, "INR"],
    [true, "INR"],
    [null, "INR"],
    [["1.00"], "INR"],
    [{}, "INR"],
    ["1234567890123", "INR"],
    ["9".repeat(400), "INR"],
    [LONE_SURROGATE, "INR"],
    ["1\0", "INR"],
  ])("%j: amount_invalid", async (amount, currency) => {
    expectField(await desk.pay({ amount, currency }), "/amount", "amount_invalid");
  });

  it("a JSON number with a point is still a number", async () => {
    expectField(
      await desk.payRaw(`{"amount":1.0,"currency":"INR","card":"${desk.card}"}`),
      "/amount",
      "amount_invalid",
    );
  });

  it.each([
    ["1.001", "INR"],
    ["1.500", "INR"],
    ["1.5", "JPY"],
    ["1.0", "JPY"],
    ["1.2345", "KWD"],
    [`0.${"1".repeat(400)}`, "INR"],
  ])("%s %s: amount_precision", async (amount, currency) => {
    expectField(await desk.pay({ amount, currency }), "/amount", "amount_precision");
  });

  it.each([["XXX"], ["XAU"], ["ABC"], ["IN"], ["INRX"], [" INR"], [""], [null], [1], ["ınr"], ["BGN"], [["INR"]]])(
    "currency %j: currency_unsupported",
    async (currency) => {
      expectField(await desk.pay({ currency }), "/currency", "currency_unsupported");
    },
  );

  it("a missing amount or currency is refused as that field", async () => {
    expectField(await desk.pay({ amount: undefined }), "/amount", "amount_invalid");
    expectField(await desk.pay({ currency: undefined }), "/currency", "currency_unsupported");
  });
});
